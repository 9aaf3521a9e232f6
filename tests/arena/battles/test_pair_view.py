"""Two models head to head."""

import re

import pytest
from django.urls import reverse

from arena.battles.services.voting import cast_vote
from ratings.models import Leaderboard
from ratings.services.refreshing import refresh_leaderboard
from tests.factories import make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

ADDRESS = "/leaderboard/people/pair/"


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def board(arena):
    """A board on which the first model has two wins, one tie, one loss and one both-bad against the second."""
    for winner in ("model_a", "model_a", "tie", "model_b", "both_bad"):
        cast_vote(battle_id=make_ready_battle(arena).pk, winner=winner)
    Leaderboard.objects.create(slug="people", title="People", kind="human", protocol=arena.study.protocol.slug)
    return refresh_leaderboard("people")


@pytest.fixture
def slugs(arena) -> tuple[str, str]:
    return arena.first.slug, arena.second.slug


def test_page_counts_the_votes_between_the_two_by_category(client, board, slugs, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        page = client.get(ADDRESS, {"first": slugs[0], "second": slugs[1]})

    assert page.status_code == 200
    assert "Facts 2 1 1 1 5 All 2 1 1 1 5" in words(page)
    assert "There are too few raters for an interval." in words(page)


def test_page_from_the_other_side_is_its_mirror(client, board, slugs):
    page = client.get(ADDRESS, {"first": slugs[1], "second": slugs[0]})

    assert "All 1 1 2 1 5" in words(page)


def test_votes_of_swapped_sides_are_counted_for_their_model(client, arena, board, slugs):
    arena.first, arena.second = arena.second, arena.first
    cast_vote(battle_id=make_ready_battle(arena).pk, winner="model_b")
    refresh_leaderboard("people")

    assert "All 3 1 1 1 6" in words(client.get(ADDRESS, {"first": slugs[0], "second": slugs[1]}))


@pytest.mark.parametrize("query", [{}, {"first": "x", "second": "y"}])
def test_models_that_are_not_on_the_board_are_not_found(client, board, query):
    assert client.get(ADDRESS, query).status_code == 404


def test_model_against_itself_and_private_board_are_not_found(client, board, slugs):
    assert client.get(ADDRESS, {"first": slugs[0], "second": slugs[0]}).status_code == 404

    Leaderboard.objects.update(is_public=False)

    assert client.get(ADDRESS, {"first": slugs[0], "second": slugs[1]}).status_code == 404


def test_leaderboard_leads_to_the_pair(client, board, slugs):
    page = client.get(reverse("ratings:leaderboard", args=["people"])).content.decode()

    assert f"{ADDRESS}?first={slugs[0]}&amp;second={slugs[1]}" in page
