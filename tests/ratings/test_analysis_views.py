import re

import pytest

from ratings.models import Leaderboard
from ratings.pairs_page import pairs_page
from ratings.services.analysing import analyse_leaderboard
from ratings.services.refreshing import refresh_leaderboard
from tests.ratings.fake_source import make_input, nothing, votes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PAIRS, PAIRS_CSV = "/leaderboard/open/pairs/", "/leaderboard/open/pairs.csv"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_pairs_show_the_verdict_the_square_and_downloads(client, published, django_assert_num_queries):
    analyse_leaderboard(slug="open")

    with django_assert_num_queries(2):
        response = client.get(PAIRS)

    words = text_of(response)
    assert "Do the ratings describe the votes?" in words
    assert "groups of three that all met" in words
    assert response.content.decode().count('<td class="matrix-cell') == 9
    assert f'href="{PAIRS_CSV}"' in response.content.decode()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", response.content.decode())


def test_pairs_without_an_analysis_say_that_it_is_missing(client, published):
    words = text_of(client.get(PAIRS))

    assert "That was not computed yet." in words
    assert "Model 0" in words


def test_pairs_of_a_board_without_votes_say_so(client, make_board, source):
    make_board()
    source.inputs["human"] = make_input(nothing())
    refresh_leaderboard("open")

    assert "No two models have met" in text_of(client.get(PAIRS))


@pytest.mark.parametrize("address", ["/leaderboard/nowhere/pairs/", "/leaderboard/hidden/pairs.csv"])
def test_pairs_of_missing_and_private_boards_are_not_found(client, make_board, address):
    make_board("hidden", is_public=False)

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", [PAIRS, PAIRS_CSV])
def test_pairs_cannot_be_posted_to(client, published, address):
    assert client.post(address).status_code == 405


def test_pairs_csv_holds_every_pair_with_its_residual(client, published):
    analyse_leaderboard(slug="open")

    lines = client.get(PAIRS_CSV).content.decode().splitlines()

    assert lines[0] == "a,b,wins,ties,losses,both_bad,expected_share,residual"
    assert len(lines) == 4
    first = lines[1].split(",")
    assert (first[:2], first[5]) == (["0", "1"], "0")
    assert abs(float(first[7])) < 5


@pytest.fixture
def large(make_board, source):
    make_board()
    source.inputs["human"] = make_input(votes(competitors=14, count=2000))
    refresh_leaderboard("open")


def test_a_large_square_comes_in_blocks(client, large):
    words = text_of(client.get(PAIRS, {"down": "1", "across": "0"}))

    assert "Rows 13 to 14 of 14" in words
    assert "Columns 1 to 12 of 14" in words
    page = client.get(PAIRS, {"down": "1", "across": "0"}).content.decode()
    assert page.count('<td class="matrix-cell') == 24
    assert 'href="?down=0&amp;across=0"' in page
    assert 'href="?down=1&amp;across=1"' in page


@pytest.mark.parametrize(("asked", "first"), [("", 1), ("-1", 1), ("x", 1), ("²", 1), ("7", 13)])
def test_a_block_that_is_not_there_becomes_one_that_is(large, asked, first):
    assert pairs_page("open", {"down": asked}).down.first == first


def test_pairs_of_an_older_judgement_say_so(client, published, source):
    analyse_leaderboard(slug="open")
    source.inputs["human"] = make_input(votes(count=700))
    refresh_leaderboard("open")

    assert "This page is of snapshot 1; the board itself is at 2." in text_of(client.get(PAIRS))
    assert Leaderboard.objects.get(slug="open").current.number == 2


HISTORY = "/leaderboard/open/history/"


def test_history_draws_every_model_with_its_table_and_downloads(client, published, django_assert_num_queries):
    with django_assert_num_queries(2):
        response = client.get(HISTORY)

    page = response.content.decode()
    assert page.count('<svg class="rating-history"') == 3
    assert page.count("<summary>As a table</summary>") == 3
    best = published.rows[0]
    words = text_of(response)
    assert f"{round(best['rating_lower'])} \N{EN DASH} {round(best['rating_upper'])}" in words
    assert 'href="/leaderboard/open/history.csv"' in page


def test_history_comes_in_pages(client, large):
    assert client.get(HISTORY, {"page": "2"}).content.decode().count('<svg class="rating-history"') == 2


def test_history_of_a_board_without_ratings_says_so(client, make_board):
    make_board()

    assert "No model has a rating yet" in text_of(client.get(HISTORY))


def test_history_as_files_has_a_row_for_each_model_and_day(client, published):
    lines = client.get("/leaderboard/open/history.csv").content.decode().splitlines()
    rows = client.get("/leaderboard/open/history.json").json()["history"]

    assert lines[0] == "model,day,rating,rating_lower,rating_upper,votes"
    assert [line.split(",")[0] for line in lines[1:]] == ["0", "1", "2"]
    assert [row["rating"] for row in rows] == [row["rating"] for row in published.rows]
    assert rows[0]["day"] == published.created_at.date().isoformat()


@pytest.mark.parametrize("address", ["history/", "history.csv", "history.json"])
def test_history_of_a_private_board_is_not_found_and_never_posted_to(client, make_board, address):
    make_board("hidden", is_public=False)

    assert client.get(f"/leaderboard/hidden/{address}").status_code == 404
    assert client.post(f"/leaderboard/hidden/{address}").status_code == 405


def test_board_says_how_sure_it_is(client, published):
    assert "How sure is this?" not in text_of(client.get("/leaderboard/open/"))

    analyse_leaderboard(slug="open")

    words = text_of(client.get("/leaderboard/open/"))
    assert "How sure is this?" in words
    assert "How likely each is to be the best" in words
    assert "This section is of snapshot" not in words


def test_methods_page_prints_formulas_and_the_validation_of_a_board(client, published):
    assert "No board has enough votes for that yet" in text_of(client.get("/leaderboard/methods/"))
    analyse_leaderboard(slug="open")

    response = client.get("/leaderboard/methods/")

    words = text_of(response)
    assert "fitted to the 480 votes that came first, and asked about the 120 that came after" in words
    assert "ties by Davidson, first answer allowed for" in words
    assert words.count("lowest log-loss") == 1
    assert response.content.decode().count("<math") == 5
    assert "ratings.core.sandwich.estimate_sandwich" in words
