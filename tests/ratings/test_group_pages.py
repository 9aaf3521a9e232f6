"""Pages and files of groups, and that none of them tells about few people."""

import csv
import io
import json
import re

import pytest

from ratings.group_page import signed
from ratings.models import Leaderboard
from ratings.services.grouping import refresh_groups
from ratings.services.refreshing import refresh_leaderboard
from tests.ratings.divided_source import divided_votes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

GROUPS = "/leaderboard/open/groups/"
AGE = f"{GROUPS}age/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def divided(make_board, source):
    """Board "open" with two groups of age that differ, one of nineteen people, and thirty who did not say."""
    make_board()
    source.inputs["human"] = divided_votes(60, 60, 19, votes_each=8)
    refresh_leaderboard("open")
    refresh_groups(slug="open")


def test_list_names_every_field_and_what_is_not_shown(client, divided, django_assert_num_queries):
    with django_assert_num_queries(2):
        response = client.get(GROUPS)

    words = text_of(response)
    assert "How old are you? 2 groups are shown. Not shown: Ancient." in words
    assert f'href="{AGE}"' in response.content.decode()
    assert "at least 20 people" in words
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", response.content.decode())


def test_list_before_anything_was_computed_says_so(client, published):
    assert "were not computed yet" in text_of(client.get(GROUPS))


def test_field_shows_groups_beside_the_whole(client, divided, django_assert_num_queries):
    with django_assert_num_queries(3):
        words = text_of(client.get(AGE))

    assert "These groups do not rate all models alike" in words
    assert "Young at least 60 people" in words
    assert len(re.findall(r"shrunk \d+, \d+", words)) == 8
    assert "How alike the groups are" in words
    assert "Show side by side" in words
    assert "beside" not in words.replace("side by side", "")


def test_two_groups_are_compared_whichever_way_round(client, divided):
    there, back = (
        text_of(client.get(AGE, {"first": first, "second": second}))
        for first, second in (("young", "old"), ("old", "young"))
    )

    assert "Young beside Old" in there
    assert "Old beside Young" in back
    first, second = (re.search(r"Model m0 \d+ \d+ (\S+)", words).group(1) for words in (there, back))
    assert (first[0], second[0], first[1:]) == ("+", "\N{MINUS SIGN}", second[1:])
    assert "Higher: Young" in there


@pytest.mark.parametrize(
    ("points", "words"), [(-0.04, "\N{MINUS SIGN}0.0"), (0.4, "+0.4"), (-61.6, "\N{MINUS SIGN}62")]
)
def test_ends_near_zero_show_their_side_of_it(points, words):
    assert signed(points) == words


@pytest.mark.parametrize(
    "query", [{"first": "young", "second": "ancient"}, {"first": "old", "second": "old"}, {"first": "x"}]
)
def test_groups_that_are_not_shown_cannot_be_compared(client, divided, query):
    response = client.get(AGE, {**query, "page": "x", "groups": "99"})

    assert response.status_code == 200
    assert 'id="compared-heading"' not in response.content.decode()


def test_files_hold_what_the_page_shows(client, divided):
    table = list(csv.DictReader(io.StringIO(client.get(f"{GROUPS}age.csv").content.decode())))
    whole = json.loads(client.get(f"{GROUPS}age.json").content)

    assert {row["figure"] for row in table} == {"whole", "rating", "shrunk", "difference"}
    assert {row["group"] for row in table} == {"", "young", "old"}
    assert [group["key"] for group in whole["groups"]] == ["young", "old"]
    assert [float(row["value"]) for row in table[4:8]] == [row[0] for row in whole["groups"][0]["ratings"]]


def test_files_are_not_sent_twice(client, divided):
    first = client.get(f"{GROUPS}age.json")

    assert client.get(f"{GROUPS}age.json", headers={"if-none-match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("address", ["other/", "other.csv", "other.json"])
def test_unknown_fields_are_not_found(client, divided, address):
    assert client.get(GROUPS + address).status_code == 404


@pytest.mark.parametrize("address", ["", "age/", "age.csv", "age.json"])
def test_groups_of_a_private_board_are_not_found(client, divided, address):
    Leaderboard.objects.update(is_public=False)

    assert client.get(GROUPS + address).status_code == 404


@pytest.mark.parametrize("address", ["", "age/", "age.csv", "age.json"])
def test_groups_cannot_be_posted_to(client, divided, address):
    assert client.post(GROUPS + address).status_code == 405
