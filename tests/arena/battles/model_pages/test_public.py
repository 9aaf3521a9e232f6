from datetime import timedelta

import pytest
from django.utils import timezone

from arena.battles.models import ContestantSpeed, ExposureDay
from models_registry.models import Contestant
from ratings.models import Leaderboard
from tests.factories import make_arena, make_battle, make_contestant

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def expose(contestant: Contestant, *, days_ago: int = 1, draws: int = 4) -> None:
    day = timezone.now().date() - timedelta(days=days_ago)
    ExposureDay.objects.create(
        contestant=contestant, kind="human", day=day, draws=draws, votes=draws - 1, battles=8, probability_sum=draws / 4
    )


def test_list_shows_all_but_drafts_with_their_exposure(client):
    active = make_contestant(name="Active")
    make_contestant(name="Leaving", status="draining")
    make_contestant(name="Gone", status="retired", retired_on=timezone.now().date(), retired_reason="Replaced.")
    make_contestant(name="Hidden", status="draft")
    expose(active)

    response = client.get("/models/")

    page = response.content.decode()
    assert [row.contestant.name for row in response.context["rows"]] == ["Active", "Leaving", "Gone"]
    assert "Hidden" not in page
    assert "Replaced." in page
    assert "50.0 %" in page
    assert "25.0 %" in page
    assert "<svg" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_few_queries(client, rows, django_assert_num_queries):
    for _ in range(rows):
        expose(make_contestant())

    with django_assert_num_queries(5):
        response = client.get("/models/")

    assert len(response.context["rows"]) == rows


def test_list_is_paginated(client):
    for _ in range(21):
        make_contestant()

    response = client.get("/models/?page=2")

    assert len(response.context["rows"]) == 1


def test_page_of_a_model_shows_its_card_exposure_and_speed(client, django_assert_max_num_queries):
    contestant = make_contestant(name="Zephyrine", slug="zephyrine-9b", system_prompt="Be brief.")
    Leaderboard.objects.create(slug="board", title="Board", kind="human")
    expose(contestant)
    day = timezone.now().date() - timedelta(days=1)
    ContestantSpeed.objects.create(
        contestant=contestant, counted_until=day, answers=40, first_text_ms=321, tokens_per_second=17.5
    )

    with django_assert_max_num_queries(8):
        response = client.get("/models/zephyrine-9b/")

    page = response.content.decode()
    assert response.status_code == 200
    for text in ("Zephyrine", "Be brief.", "tell-licence-1.0", "321", "17.5", "temperature 0.7", "<dd>4</dd>"):
        assert text in page
    assert "no rating at the end of a day" in page


@pytest.mark.parametrize("status", ["draft", None])
def test_draft_and_unknown_model_have_no_public_page(client, status):
    if status:
        make_contestant(slug="zephyrine-9b", status=status)

    assert client.get("/models/zephyrine-9b/").status_code == 404


@pytest.mark.parametrize("address", ["/models/", "/models/zephyrine-9b/"])
def test_public_pages_only_read(client, address):
    assert client.post(address).status_code == 405


def test_running_battle_changes_no_byte_of_the_public_pages(client):
    arena = make_arena()
    addresses = ("/models/", "/models/zephyrine-9b/", "/models/obsidian-3b/")
    before = [client.get(address).content for address in addresses]

    make_battle(arena)

    assert [client.get(address).content for address in addresses] == before
