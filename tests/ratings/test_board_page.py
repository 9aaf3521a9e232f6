import pytest

from ratings.board_page import board_page
from ratings.errors import UnknownVariantError
from ratings.models import Analysis, Leaderboard
from ratings.services.analysing import analyse_leaderboard
from ratings.services.refreshing import refresh_leaderboard
from ratings.variants import Variant
from tests.ratings.fake_source import make_input, votes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.mark.parametrize("count", [1, 3])
def test_board_page_costs_four_queries_however_many_boards_there_are(make_board, django_assert_num_queries, count):
    for number in range(count):
        make_board(f"board-{number}", position=number)
        refresh_leaderboard(f"board-{number}")

    with django_assert_num_queries(4):
        page = board_page("board-0", {})

    assert [(tab.slug, tab.is_shown) for tab in page.tabs] == [(f"board-{n}", n == 0) for n in range(count)]


def test_board_page_states_votes_raters_and_method(published):
    page = board_page("open", {})

    assert (page.number, page.votes, page.raters, page.interval_percent) == (1, 612, 30, 95)
    assert page.cutoff == published.cutoff
    assert "drawing the raters anew 100 times" in " ".join(page.method)
    assert "standard deviation 347 points" in " ".join(page.method)


def test_board_page_of_a_sandwich_board_says_so(make_board, source):
    make_board(settings={"interval": "sandwich"})
    source.inputs["human"] = make_input(votes())
    refresh_leaderboard("open")

    assert "sandwich covariance by rater" in " ".join(board_page("open", {}).method)


def test_board_page_of_a_private_board_does_not_exist(make_board):
    make_board(is_public=False)

    with pytest.raises(Leaderboard.DoesNotExist):
        board_page("open", {})


def test_a_variant_shows_its_numbers_and_what_it_changes(published, django_assert_num_queries):
    analyse_leaderboard(slug="open")
    content = Analysis.objects.get(name="davidson+side").content

    with django_assert_num_queries(4):
        page = board_page("open", {"ties": "davidson", "side": "on"})

    assert [row.rating for row in page.groups[0].rows] == [round(row["rating"]) for row in content["rows"]]
    assert [row.lower for row in page.groups[0].rows] == [
        round(row["intervals"]["bootstrap"]["lower"]) for row in content["rows"]
    ]
    assert (page.query, page.is_missing, page.is_behind) == ("ties=davidson&side=on", False, False)
    assert page.changes is not None
    assert "being shown first" in " ".join(page.method).lower()
    assert "one step from the fit" in " ".join(page.method)
    chosen = [option.key for switch in page.switches for option in switch.options if option.is_chosen]
    assert chosen == ["davidson", "on", "bootstrap"]


def test_the_board_itself_with_the_other_intervals_is_a_variant_too(published):
    analyse_leaderboard(slug="open")

    page = board_page("open", {"interval": "sandwich"})

    rows = Analysis.objects.get(name="half").content["rows"]
    assert [row.upper for row in page.groups[0].rows] == [round(row["intervals"]["sandwich"]["upper"]) for row in rows]
    assert "sandwich covariance by rater" in " ".join(page.method)


def test_a_variant_that_was_not_computed_says_so_and_shows_no_ratings(published):
    page = board_page("open", {"ties": "davidson"})

    assert (page.is_missing, page.groups, page.changes) == (True, (), None)


def test_a_variant_of_an_older_snapshot_keeps_to_that_snapshot(published, source):
    analyse_leaderboard(slug="open")
    source.inputs["human"] = make_input(votes(count=700))
    refresh_leaderboard("open")

    page = board_page("open", {"ties": "davidson"})

    assert (page.is_behind, page.number, page.newest_number, page.votes) == (True, 1, 2, 612)


def test_style_can_be_switched_only_where_it_was_measured(published):
    [style] = [switch for switch in board_page("open", {}).switches if switch.name == "style"]
    assert (style.options, style.note) == (
        (),
        "Not all of these answers were measured, or too few votes differ in style.",
    )

    Analysis.objects.create(
        leaderboard=published.leaderboard, snapshot=published, name=Variant(style=True).key, content={}
    )

    [style] = [switch for switch in board_page("open", {}).switches if switch.name == "style"]
    assert [(option.key, option.query) for option in style.options] == [("off", ""), ("on", "style=on")]


def test_an_address_that_asks_for_an_unknown_way_is_refused(published):
    with pytest.raises(UnknownVariantError):
        board_page("open", {"ties": "elo"})
