from http import HTTPStatus
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from arena.battles.models import Battle, Skip, Turn, Vote
from arena.battles.services.voting import cast_vote
from arena.raters.models import Rater
from tests.clients import client_of
from tests.factories import complete_turn, make_battle, make_ready_battle, make_turn

HTMX = {"HX-Request": "true"}
ACTIONS = ("say", "stop", "retry", "vote", "skip")


def address(name: str, battle: Battle) -> str:
    return reverse(f"battles:{name}", args=[battle.pk])


def test_home_shows_the_box_and_what_is_recorded(arena: SimpleNamespace, client: Client) -> None:
    response = client.get(reverse("home"))

    page = response.content.decode()
    assert response.status_code == HTTPStatus.OK
    assert 'name="prompt"' in page
    assert "We record votes." in page
    assert reverse("consent") in page
    assert Rater.objects.count() == 0


def test_home_takes_few_queries(
    arena: SimpleNamespace, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        client.get(reverse("home"))


def test_start_makes_a_battle_and_remembers_the_rater(arena: SimpleNamespace, client: Client) -> None:
    response = client.post(reverse("battles:start"), {"prompt": "  Why is the sky blue? ", "consent": arena.consent.pk})

    battle = Battle.objects.get()
    assert response.headers["Location"] == address("detail", battle)
    assert battle.turns.get().prompt == "Why is the sky blue?"
    assert (battle.consent_revision, battle.study, battle.draw_probability) == (arena.consent, arena.study, 1.0)
    assert client.get(address("detail", battle)).status_code == HTTPStatus.OK


def test_start_keeps_the_rater_over_battles(arena: SimpleNamespace, client: Client) -> None:
    for _ in range(2):
        client.post(reverse("battles:start"), {"prompt": "Why?", "consent": arena.consent.pk})

    assert (Battle.objects.count(), Rater.objects.count()) == (2, 1)


def test_start_by_surprise_takes_an_approved_prompt(arena: SimpleNamespace, client: Client) -> None:
    client.post(reverse("battles:start"), {"surprise": "1", "prompt": "", "consent": arena.consent.pk})

    battle = Battle.objects.get()
    assert (battle.prompt_revision, battle.turns.get().prompt) == (arena.revision, "Why is the sky blue?")


@pytest.mark.parametrize("prompt", ["", "   ", "\x00\x07", "x" * 4001])
def test_start_refuses_a_bad_prompt_and_keeps_it(arena: SimpleNamespace, client: Client, prompt: str) -> None:
    response = client.post(reverse("battles:start"), {"prompt": prompt, "consent": arena.consent.pk})

    assert response.status_code == 422
    assert "error" in response.content.decode()
    assert (Battle.objects.count(), Rater.objects.count()) == (0, 0)


def test_start_without_contestants_says_so(arena: SimpleNamespace, client: Client) -> None:
    arena.first.status = "retired"
    arena.first.save()

    response = client.post(reverse("battles:start"), {"prompt": "Why?", "consent": arena.consent.pk})

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "not enough models" in response.content.decode()
    assert "Why?" in response.content.decode()


def test_start_refuses_get(arena: SimpleNamespace, client: Client) -> None:
    assert client.get(reverse("battles:start")).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_start_refuses_a_post_without_csrf_token(arena: SimpleNamespace) -> None:
    form = {"prompt": "Why?", "consent": arena.consent.pk}

    response = Client(enforce_csrf_checks=True).post(reverse("battles:start"), form)

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert Battle.objects.count() == 0


@pytest.mark.parametrize("turns", [1, 3])
def test_detail_takes_few_queries(
    arena: SimpleNamespace, turns: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    battle = make_ready_battle(arena)
    for index in range(1, turns):
        complete_turn(make_turn(battle, index=index))
    client = client_of(battle.rater)

    with django_assert_max_num_queries(6):
        client.get(address("detail", battle))


def test_detail_after_the_vote_reveals_both_models(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    cast_vote(battle_id=battle.pk, winner="model_b")

    page = client_of(battle.rater).get(address("detail", battle)).content.decode()

    assert "You preferred B, which was Obsidian." in page
    for fact in ("Zephyrine", "Quillstone Labs", "Marrowgate", "tell-licence-1.0", "135 million parameters"):
        assert fact in page


def test_detail_as_a_fragment_is_only_the_body(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    fragment = client_of(battle.rater).get(address("detail", battle), headers=HTMX).content.decode()

    assert fragment.strip().startswith('<div class="battle-body"')


@pytest.mark.parametrize("voted", [False, True])
def test_detail_of_another_rater_is_not_found(arena: SimpleNamespace, client: Client, *, voted: bool) -> None:
    battle = make_ready_battle(arena)
    if voted:
        cast_vote(battle_id=battle.pk, winner="tie")
    other = client_of(Rater.objects.create())

    assert [visitor.get(address("detail", battle)).status_code for visitor in (client, other)] == [404, 404]


def test_detail_refuses_a_forged_cookie(arena: SimpleNamespace, client: Client) -> None:
    battle = make_ready_battle(arena)
    client.cookies["parallax_rater"] = f"{battle.rater_id}:forged"

    assert client.get(address("detail", battle)).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("action", ACTIONS)
def test_action_on_another_raters_battle_is_not_found(arena: SimpleNamespace, client: Client, action: str) -> None:
    battle = make_ready_battle(arena)

    response = client.post(address(action, battle), {"winner": "tie", "reason": "other", "prompt": "Why?"})

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert (Vote.objects.count(), Skip.objects.count(), Turn.objects.count()) == (0, 0, 1)


@pytest.mark.parametrize("action", ACTIONS)
def test_action_on_no_battle_is_not_found(arena: SimpleNamespace, client: Client, action: str) -> None:
    assert client.post(reverse(f"battles:{action}", args=[uuid4()])).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("action", ACTIONS)
def test_action_refuses_get(arena: SimpleNamespace, action: str) -> None:
    battle = make_ready_battle(arena)

    assert client_of(battle.rater).get(address(action, battle)).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_vote_stores_and_then_reveals(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    response = client_of(battle.rater).post(address("vote", battle), {"winner": "model_a"}, headers=HTMX)

    assert Vote.objects.get().winner == "model_a"
    assert "You preferred A, which was Zephyrine." in response.content.decode()


def test_vote_again_shows_the_same_reveal(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    client = client_of(battle.rater)

    pages = [
        client.post(address("vote", battle), {"winner": winner}, headers=HTMX).content for winner in ("tie", "model_b")
    ]

    assert pages[0] == pages[1]
    assert Vote.objects.get().winner == "tie"


def test_vote_without_script_redirects_to_the_battle(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    response = client_of(battle.rater).post(address("vote", battle), {"winner": "tie"})

    assert (response.status_code, response.headers["Location"]) == (302, address("detail", battle))


def test_vote_too_early_is_refused_and_reveals_nothing(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)

    response = client_of(battle.rater).post(address("vote", battle), {"winner": "tie"}, headers=HTMX)

    assert response.status_code == HTTPStatus.CONFLICT
    assert "Both answers must be complete" in response.content.decode()
    assert Vote.objects.count() == 0


def test_vote_with_an_unknown_choice_is_refused(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    response = client_of(battle.rater).post(address("vote", battle), {"winner": "model_c"})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert Vote.objects.count() == 0


def test_say_adds_a_turn(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    response = client_of(battle.rater).post(address("say", battle), {"prompt": "And the sea?"}, headers=HTMX)

    assert "And the sea?" in response.content.decode()
    assert battle.turns.count() == 2


def test_skip_closes_without_a_vote(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    response = client_of(battle.rater).post(address("skip", battle), {"reason": "cannot_judge"}, headers=HTMX)

    assert "You skipped this comparison" in response.content.decode()
    assert (Skip.objects.count(), Vote.objects.count()) == (1, 0)


def test_history_of_a_newcomer_is_empty(arena: SimpleNamespace, client: Client) -> None:
    make_ready_battle(arena)

    response = client.get(reverse("battles:history"))

    assert response.context["items"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_history_lists_my_battles_in_few_queries(
    arena: SimpleNamespace, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rater = Rater.objects.create()
    for _ in range(count):
        cast_vote(battle_id=make_ready_battle(arena, rater=rater).pk, winner="tie")
    client = client_of(rater)

    with django_assert_num_queries(3):
        response = client.get(reverse("battles:history"))

    assert [item.models for item in response.context["items"]] == ["A: Zephyrine · B: Obsidian"] * count


@pytest.mark.parametrize("page", ["0", "999", "x"])
def test_history_takes_any_page_number(arena: SimpleNamespace, page: str) -> None:
    rater = make_ready_battle(arena).rater

    response = client_of(rater).get(reverse("battles:history"), {"page": page})

    assert response.status_code == HTTPStatus.OK


@pytest.mark.parametrize("name", ["home", "consent", "about", "battles:history"])
def test_page_has_a_strict_policy(arena: SimpleNamespace, client: Client, name: str) -> None:
    response = client.get(reverse(name))

    policy = response.headers["Content-Security-Policy"]
    page = response.content.decode()
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in page
    assert "<style" not in page
    assert ' style="' not in page


def test_readyz_names_the_parts(arena: SimpleNamespace, client: Client) -> None:
    response = client.get("/readyz", headers={"host": "unknown.example"})

    assert response.json() == {"status": "ok", "database": True, "redis": True}
    assert client.get("/healthz").json() == {"status": "ok"}
