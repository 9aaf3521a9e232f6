import pytest

from ratings.models import Leaderboard
from ratings.selectors import board_page, current_ratings, main_board_slug, published_number
from ratings.services.refreshing import refresh_leaderboard
from tests.ratings.fake_source import make_input, votes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_current_ratings_are_those_of_the_main_board(published, make_board, source, django_assert_num_queries):
    make_board("second", position=5, settings={"replicates": 200})
    source.inputs["human"] = make_input(votes(count=601))
    refresh_leaderboard("second")

    with django_assert_num_queries(1):
        ratings = current_ratings("human")

    row = published.rows[0]
    assert sorted(ratings) == ["0", "1", "2"]
    assert (ratings["0"].rating, ratings["0"].lower, ratings["0"].upper) == (
        row["rating"],
        row["rating_lower"],
        row["rating_upper"],
    )
    assert (ratings["2"].rank_best, ratings["2"].rank_worst) == (3, 3)


def test_current_ratings_are_empty_before_the_first_snapshot(make_board):
    make_board()

    assert current_ratings("human") == {}
    assert current_ratings("judge") == {}


def test_current_ratings_leave_out_private_boards(published):
    Leaderboard.objects.update(is_public=False)

    assert current_ratings("human") == {}


def test_main_board_is_the_first_public_one_of_people(make_board):
    make_board("hidden", is_public=False, position=0)
    make_board("simulated", kind="simulated", position=1)
    make_board("later", position=3)
    make_board("first", position=2)

    assert main_board_slug() == "first"


def test_published_number_tells_boards_from_none(published, make_board):
    make_board("empty")
    make_board("hidden", is_public=False)

    assert [published_number(slug) for slug in ("open", "empty", "hidden", "nowhere")] == [1, 0, None, None]


@pytest.mark.parametrize("count", [1, 3])
def test_board_page_costs_two_queries_however_many_boards_there_are(make_board, django_assert_num_queries, count):
    for number in range(count):
        make_board(f"board-{number}", position=number)
        refresh_leaderboard(f"board-{number}")

    with django_assert_num_queries(2):
        page = board_page("board-0")

    assert [(tab.slug, tab.is_shown) for tab in page.tabs] == [(f"board-{n}", n == 0) for n in range(count)]


def test_board_page_states_votes_raters_and_method(published):
    page = board_page("open")

    assert (page.number, page.votes, page.raters, page.interval_percent) == (1, 612, 30, 95)
    assert page.cutoff == published.cutoff
    assert "drawing the raters anew 100 times" in " ".join(page.method)
    assert "standard deviation 347 points" in " ".join(page.method)


def test_board_page_of_a_sandwich_board_says_so(make_board, source):
    make_board(settings={"interval": "sandwich"})
    source.inputs["human"] = make_input(votes())
    refresh_leaderboard("open")

    assert "sandwich covariance by rater" in " ".join(board_page("open").method)


def test_board_page_of_a_private_board_does_not_exist(make_board):
    make_board(is_public=False)

    with pytest.raises(Leaderboard.DoesNotExist):
        board_page("open")
