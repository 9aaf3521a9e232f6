import gzip
import re

import pytest
from django.urls import reverse

from ratings.models import Leaderboard
from ratings.services.analysing import analyse_leaderboard
from ratings.services.refreshing import refresh_leaderboard
from tests.ratings.fake_source import make_input, nothing, two_leagues, votes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

MAIN = reverse("ratings:leaderboard")
OPEN = reverse("ratings:leaderboard", args=["open"])
HTMX = {"HX-Request": "true"}


def text_of(response) -> str:
    """The words of a page, without tags, spaces joined."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_addresses_are_short():
    assert (MAIN, OPEN) == ("/leaderboard/", "/leaderboard/open/")


@pytest.mark.parametrize("address", [MAIN, OPEN])
def test_leaderboard_shows_ranks_ratings_intervals_and_rates(client, published, address):
    response = client.get(address)

    best = published.rows[0]
    words = text_of(response)
    assert response.status_code == 200
    assert "Model 0 Acme · Apache-2.0" in words
    expected = [
        "1",
        f"{round(best['rating'])}",
        f"{round(best['rating_lower'])} to {round(best['rating_upper'])}",
        f"{best['votes']}",
        f"{round(100 * best['win_rate'])} %",
        f"{round(100 * best['both_bad_rate'])} %",
    ]
    first = words.index("Model 0 Acme")
    assert words[first : words.index("Model 1 Acme")].split("Apache-2.0")[1].split() == " ".join(expected).split()
    assert "Raters 30" in words
    assert "Votes, both bad included 612" in words
    assert "20 November 2026, 12:30:00 UTC" in words
    assert "Head to head" in words
    assert response.content.decode().count('<svg class="whisker"') == 3


def test_leaderboard_has_no_inline_style_script_or_handler(client, published):
    page = client.get(OPEN).content.decode()

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)


def test_leaderboard_fragment_holds_the_table_alone(client, published):
    response = client.get(OPEN, headers=HTMX)

    page = response.content.decode().strip()
    assert page.startswith('<div id="board"')
    assert "<html" not in page
    assert 'data-number="1"' in page
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("address", ["/leaderboard/nowhere/", "/leaderboard/hidden/"])
def test_missing_and_private_boards_are_not_found(client, make_board, address):
    make_board("hidden", is_public=False)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [MAIN, OPEN])
def test_leaderboard_cannot_be_posted_to(client, published, address):
    assert client.post(address).status_code == 405


def test_without_any_board_the_page_says_so(client, db):
    response = client.get(MAIN)

    assert response.status_code == 200
    assert "No leaderboard is published yet." in text_of(response)


@pytest.mark.parametrize("refreshed", [False, True])
def test_a_board_without_votes_invites_to_vote(client, make_board, source, refreshed):
    make_board()
    source.inputs["human"] = make_input(nothing())
    if refreshed:
        refresh_leaderboard("open")

    response = client.get(OPEN)

    words = text_of(response)
    assert "No votes yet, so there is nothing to rate. The first vote can be yours." in words
    assert "<table" not in response.content.decode()


def test_a_board_with_both_bad_votes_alone_says_that_nothing_can_be_rated(client, make_board, source):
    make_board()
    source.inputs["human"] = make_input(nothing("x", "y"), both_bad={(0, 1): 4})
    refresh_leaderboard("open")

    words = text_of(client.get(OPEN))

    assert "There are votes, but none with a preference or a tie yet" in words
    assert "Model x Acme · both bad in 100 % of its votes" in words


def test_under_ten_raters_the_page_says_how_many_are_missing_and_shows_no_interval(client, make_board, source):
    make_board()
    source.inputs["human"] = make_input(votes(raters=6))
    refresh_leaderboard("open")

    page = client.get(OPEN)

    words = text_of(page)
    assert "Votes of 6 raters are in these ratings. Intervals and ranks need 4 raters more" in words
    assert "95 % interval" not in words
    assert ">Rank</th>" not in page.content.decode()
    assert "preliminary" not in words.split("How it was computed")[0]


def test_groups_that_never_met_get_tables_of_their_own(client, make_board, source):
    make_board()
    source.inputs["human"] = make_input(two_leagues())
    refresh_leaderboard("open")

    page = client.get(OPEN)

    assert "The models fall into 2 groups that no chain of votes connects." in text_of(page)
    assert page.content.decode().count('<table class="table board-table">') == 2


def test_simulated_votes_are_labelled(client, make_board, source):
    make_board("simulated", kind="simulated")
    source.inputs["simulated"] = make_input(votes())
    refresh_leaderboard("simulated")

    words = text_of(client.get("/leaderboard/simulated/"))

    assert "Simulated raters No person cast these votes." in words


def test_the_names_of_models_are_escaped(client, make_board, source):
    make_board()
    source.inputs["human"] = make_input(nothing("<b>x</b>", "y"))
    refresh_leaderboard("open")

    page = client.get(OPEN).content.decode()

    assert "Model &lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_leaderboard_asks_the_database_as_often_for_one_board_as_for_three(
    client, make_board, source, django_assert_num_queries, count
):
    for number in range(count):
        make_board("open" if number == 0 else f"board-{number}", position=number)
    source.inputs["human"] = make_input(votes(competitors=1 + count, count=300 * count))
    refresh_leaderboard("open")
    assert Leaderboard.objects.count() == count

    with django_assert_num_queries(4):
        client.get(OPEN)
    with django_assert_num_queries(5):
        client.get(MAIN)


def test_a_board_of_two_hundred_models_is_one_light_page(client, make_board, source):
    make_board(settings={"interval": "sandwich", "replicates": 100})
    source.inputs["human"] = make_input(votes(competitors=200, count=6_000, raters=40))
    refresh_leaderboard("open")

    page = client.get(OPEN).content

    assert page.count(b'<svg class="whisker"') == 200
    assert len(gzip.compress(page)) < 60_000


def test_a_switch_leads_to_an_address_of_its_own_that_shows_what_changes(client, published):
    analyse_leaderboard(slug="open")
    page = client.get(OPEN).content.decode()
    assert 'href="/leaderboard/open/?ties=davidson"' in page

    response = client.get(OPEN, {"ties": "davidson", "side": "on"})

    words = text_of(response)
    assert "What this changes" in words
    assert "Being shown first is worth, in points" in words
    assert "Two models of the same strength tie in" in words
    assert 'data-url="/leaderboard/open/?ties=davidson&amp;side=on"' in response.content.decode()
    # From here each switch leads on with the others as they stand.
    assert "?ties=davidson&amp;side=on&amp;interval=sandwich" in response.content.decode()


def test_a_way_that_was_not_computed_says_so(client, published):
    words = text_of(client.get(OPEN, {"ties": "davidson"}))

    assert "The board was not computed in this way yet, or has too few votes for it." in words
    assert "Table of ratings" not in words


def test_an_unknown_way_is_not_found(client, published):
    assert client.get(OPEN, {"ties": "elo"}).status_code == 404


def test_going_back_to_a_page_that_htmx_no_longer_has_gives_the_whole_page(client, published):
    response = client.get(OPEN, headers={**HTMX, "HX-History-Restore-Request": "true"})

    assert "<html" in response.content.decode()
