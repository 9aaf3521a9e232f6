"""Law 1: no byte that reaches a rater before the vote tells which model answered."""

from dataclasses import fields
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from arena.battles.blind import BlindAnswer, BlindBattle, BlindTurn
from arena.battles.models import Battle, Vote
from arena.battles.reveal import reveal_models
from arena.battles.services.turns import fail_turn, stop_turn
from arena.battles.services.voting import skip_battle
from tests.clients import client_of
from tests.factories import TELLTALES, make_battle, make_ready_battle

HTMX = {"HX-Request": "true"}


def telltales_in(response: HttpResponse) -> list[str]:
    everything = response.serialize_headers() + b"\n" + response.content
    # What identifies scripts and styles is the same on every page; "model_a" and "model_b" are the names of votes.
    text = everything.decode().lower()
    return [word for word in TELLTALES if word.lower() in text]


def pages_of(client: Client, battle: Battle) -> list[HttpResponse]:
    detail = reverse("battles:detail", args=[battle.pk])
    return [
        client.get(detail),
        client.get(detail, headers=HTMX),
        client.get(reverse("home")),
        client.get(reverse("battles:history")),
        client.post(reverse("battles:vote", args=[battle.pk]), {"winner": "nobody"}, headers=HTMX),
        client.post(reverse("battles:skip", args=[battle.pk]), {"reason": "none"}, headers=HTMX),
        client.post(reverse("battles:retry", args=[battle.pk]), headers=HTMX),
    ]


def running(arena: SimpleNamespace) -> Battle:
    return make_battle(arena)


def ready(arena: SimpleNamespace) -> Battle:
    return make_ready_battle(arena)


def stopped(arena: SimpleNamespace) -> Battle:
    battle = make_battle(arena)
    stop_turn(battle_id=battle.pk)
    return battle


def failed(arena: SimpleNamespace) -> Battle:
    battle = make_battle(arena)
    fail_turn(turn_id=battle.turns.get().pk, attempt=1, failure="engine_failed")
    return battle


def skipped(arena: SimpleNamespace) -> Battle:
    battle = make_ready_battle(arena)
    skip_battle(battle_id=battle.pk, reason="other")
    return battle


@pytest.mark.parametrize("state", [running, ready, stopped, failed, skipped], ids=lambda state: state.__name__)
def test_no_page_before_the_vote_tells_a_model(arena: SimpleNamespace, state: object) -> None:
    battle = state(arena)  # type: ignore[operator]  # one of the functions above
    client = client_of(battle.rater)

    found = [telltales_in(response) for response in pages_of(client, battle)]

    assert found == [[]] * 7


def test_the_search_finds_a_telltale_after_the_vote(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    client = client_of(battle.rater)
    client.post(reverse("battles:vote", args=[battle.pk]), {"winner": "tie"})

    found = telltales_in(client.get(reverse("battles:detail", args=[battle.pk])))

    assert {"Zephyrine", "Obsidian", "Quillstone Labs", "Marrowgate", "tell-licence"} <= set(found)


def test_pages_before_the_vote_are_equal_whichever_model_is_where(arena: SimpleNamespace) -> None:
    straight = make_ready_battle(arena)
    arena.first, arena.second = arena.second, arena.first
    swapped = make_ready_battle(arena, rater=straight.rater)
    client = client_of(straight.rater)

    pages = []
    for battle in (straight, swapped):
        page = client.get(reverse("battles:detail", args=[battle.pk]), headers=HTMX).content.decode()
        pages.append(page.replace(str(battle.pk), "BATTLE"))

    masked = [page.split("csrfmiddlewaretoken") for page in pages]
    assert [part[100:] for part in masked[0][1:]] == [part[100:] for part in masked[1][1:]]
    assert masked[0][0] == masked[1][0]


def test_blind_types_have_no_field_of_a_model() -> None:
    names = {field.name for kind in (BlindBattle, BlindTurn, BlindAnswer) for field in fields(kind)}

    assert names == {
        "id", "status", "turns", "error", "can_vote", "can_stop", "can_retry", "can_continue",
        "asks_identity", "index", "prompt", "attempt", "answers", "text", "html",
    }  # fmt: skip


def test_reveal_needs_a_stored_vote(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    with pytest.raises(ValueError, match="only a stored vote"):
        reveal_models(vote=Vote(battle=battle, winner="tie"))
