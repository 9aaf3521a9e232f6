"""Boards weighted to populations: computed, kept to few people's benefit, and shown."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ratings.core.comparisons import Comparisons
from ratings.models import PopulationFigures
from ratings.populations import Population
from ratings.services.refreshing import refresh_leaderboard
from ratings.services.weighting import refresh_populations
from tests.ratings.divided_source import divided_votes, with_groups, with_votes_of, without
from tests.ratings.fake_source import make_input

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PAGE = "/leaderboard/open/populations/"
TOWN = Population(
    "town", "Town", "Register", "0" * 64, None, {"age": {("young",): 20.0, ("old",): 70.0, ("ancient",): 10.0}}
)
SHORES = replace(TOWN, slug="shores", title="Shores of Lemuria", among=("country", "y"))


@pytest.fixture
def weigh(make_board, source):
    """Publish a board of these votes, weight it, and return its figures by population."""
    make_board(settings={"replicates": 100, "interval": "sandwich"})

    def run(board, *populations):
        source.inputs["human"] = replace(board, populations=lambda: populations)
        refresh_leaderboard("open")
        refresh_populations(slug="open")
        return {row.slug: row.content for row in PopulationFigures.objects.all()}

    return run


def ratings(content):
    return {row["slug"]: row["rating"] for row in content["ratings"]}


def test_weighting_gives_every_group_its_share_of_the_people(weigh):
    """The old prefer the models the other way round, and are seven tenths of the town but a quarter of the raters."""
    content = weigh(divided_votes(90, 30), TOWN)["town"]

    assert max(content["ratings"], key=lambda row: row["whole"])["slug"] == "m0"
    assert content["ratings"][0]["slug"] == "m3"
    assert all(row["lower"] < row["rating"] < row["upper"] for row in content["ratings"])
    assert (content["raters"], content["others"]) == (120, 30)
    # Shares 2/9 and 7/9 of 120 people: weights 0.296 and 3.11.
    assert content["effective"] == 48
    assert content["design_effect"] == pytest.approx(2.49, abs=0.01)
    assert content["missing"] == {"How old are you?": pytest.approx(0.1)}


def test_weighting_gives_each_person_one_voice(weigh):
    board = divided_votes(60, 30)
    rows = board.comparisons
    copies = np.where(rows.rater == 60, 40, 1)
    a, b, outcome, rater = (np.repeat(column, copies) for column in (rows.a, rows.b, rows.outcome, rows.rater))
    longer = Comparisons(rows.competitors, a=a, b=b, outcome=outcome, rater=rater)
    busy = with_groups(make_input(longer), board.grouping().fields[0].cell, asked=a % 2)

    before = weigh(board, TOWN)["town"]
    PopulationFigures.objects.all().delete()
    after = weigh(busy, TOWN)["town"]

    assert ratings(after) == pytest.approx(ratings(before), abs=0.5)


def test_population_has_only_those_who_belong_to_it(weigh):
    content = weigh(divided_votes(60, 60), SHORES)["shores"]

    assert (content["raters"], content["others"]) == (60, 90)


def test_nothing_is_told_of_a_population_of_few_raters(weigh, client):
    content = weigh(divided_votes(20, 18), SHORES)["shores"]

    assert (content["raters"], content["others"], content["ratings"], content["juries"]) == (0, 0, [], [])
    assert "Too few raters of this population" in client.get(PAGE).content.decode()


def test_one_more_voter_changes_nothing_and_twenty_do(weigh):
    board = divided_votes(60, 60)
    first = weigh(board, TOWN)["town"]

    assert weigh(with_votes_of(board, range(1)), TOWN)["town"] == first
    assert weigh(with_votes_of(board, range(25)), TOWN)["town"] != first


def test_who_withdraws_is_counted_no_longer_at_once(weigh):
    board = divided_votes(60, 60)
    weigh(board, TOWN)

    content = weigh(without(board, 3), TOWN)["town"]

    # Figures without one person would tell what that person did: there are none until others did something too.
    assert content["ratings"] == []


def test_populations_that_are_gone_or_not_asked_for_have_no_figures(weigh):
    board = divided_votes(40, 40)
    weigh(board, TOWN)

    assert weigh(board, replace(TOWN, slug="rich", margins={"income": {("high",): 1.0, ("low",): 2.0}})) == {}


def test_juries_of_one_group_cost_the_others(weigh):
    rows = weigh(divided_votes(80, 40), TOWN)["town"]["juries"]

    kinds = {(row["group"], row["size"]): row for row in rows}
    assert set(kinds) == {("", 10), ("", 20), ("", 50), ("", 100), ("Young", 100), ("Old", 100)}
    old, all_ = kinds["Old", 100], kinds["", 100]
    assert max(old["chosen"], key=old["chosen"].get) == "m3"
    assert old["outside"]["mean"] < 0.5 < all_["everybody"]["mean"]
    assert old["dominated"]
    assert not all_["dominated"]
    assert all(row["everybody"]["points"] == sorted(row["everybody"]["points"]) for row in rows)


def test_groups_that_leave_few_outside_have_no_jury(weigh):
    rows = weigh(divided_votes(80, 19), TOWN)["town"]["juries"]

    assert {row["group"] for row in rows} == {""}


def test_pages_and_files_show_the_figures(weigh, client, django_assert_num_queries):
    content = weigh(divided_votes(80, 40), SHORES, TOWN)["town"]

    with django_assert_num_queries(2):
        page = client.get(f"{PAGE}town/").content.decode()
    with django_assert_num_queries(2):
        juries = client.get(f"{PAGE}town/juries/").content.decode()
    file = client.get(f"{PAGE}town.json")

    assert 'href="/leaderboard/open/populations/shores/"' in page
    assert page.count('<th scope="row">') == 4
    assert juries.count('<svg class="whisker"') == 6
    assert json.loads(file.content) == {"leaderboard": "open", **content}
    assert client.get(f"{PAGE}town.json", headers={"If-None-Match": file.headers["ETag"]}).status_code == 304
    assert client.get(f"{PAGE}town.csv").content.decode().splitlines()[0] == "slug,name,whole,rating,lower,upper"
    assert len(client.get(f"{PAGE}town/juries.csv").content.decode().splitlines()) == 1 + 6 + 2


def test_page_before_anything_was_computed_says_so(client, published):
    assert "Nothing was computed yet." in client.get(PAGE).content.decode()


@pytest.mark.parametrize("address", ["nowhere/populations/", "open/populations/moon/", "open/populations/moon.csv"])
def test_missing_boards_and_populations_are_not_found(client, published, address):
    assert client.get(f"/leaderboard/{address}").status_code == 404


def test_pages_cannot_be_posted_to(client, published):
    assert client.post(PAGE).status_code == 405
