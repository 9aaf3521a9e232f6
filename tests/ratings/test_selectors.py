import pytest

from ratings.models import Leaderboard
from ratings.selectors import current_ratings, main_board_slug, published_number
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
