"""The pages of scored conversations, and Law 1 and 2 on them."""

import re
from http import HTTPStatus
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from arena.battles.conversation_reveal import reveal_conversation
from arena.battles.holding import COMPARISONS
from arena.battles.models import Assessment, AttributeRating, Battle, Completion, Score, ScoredTurn, Turn
from arena.raters.models import Rater
from arena.studies.models import Attribute, AttributeRevision, Protocol
from tests.arena.battles.test_blindness import telltales_in
from tests.clients import client_of
from tests.factories import complete_turn, make_conversation, make_ready_battle, make_turn

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

HTMX = {"HX-Request": "true"}
SCORES = {"turn": 0, "score_a": 20, "score_b": 90, "score_c": 40, "score_d": 89}


def address(name: str, battle: Battle) -> str:
    return reverse(f"battles:{name}", args=[battle.pk])


@pytest.fixture
def offered(arena: SimpleNamespace) -> SimpleNamespace:
    arena.study.second_protocol = Protocol.objects.create(slug="prism", kind=Protocol.Kind.PRISM)
    arena.study.save()
    return arena


def begin(client: Client, arena: SimpleNamespace, **fields: object) -> object:
    given = {"prompt": "What is fair?", "conversation_type": "values", "consent": arena.consent.pk}
    return client.post(reverse("battles:conversation"), {**given, **fields})


def asked_of(battle: Battle) -> AttributeRevision:
    """An attribute that the battle's protocol asks for."""
    attribute = Attribute.objects.create(key="kindness")
    Protocol.objects.filter(pk=battle.protocol_id).update(attributes=["kindness"])
    return AttributeRevision.objects.create(
        attribute=attribute, number=1, label="Kindness", performance="It is kind.", choice="that it is kind"
    )


def second_turn(battle: Battle, client: Client) -> None:
    client.post(address("score", battle), SCORES)
    complete_turn(make_turn(battle, index=1))
    client.post(address("score", battle), {"turn": 1, "score_a": 30, "score_b": 31})


def test_conversation_begins_with_a_topic_and_all_that_can_be_drawn(offered: SimpleNamespace, client: Client) -> None:
    page = client.get(reverse("battles:conversation"))
    response = begin(client, offered)

    battle = Battle.objects.get()
    assert (page.status_code, response.status_code) == (HTTPStatus.OK, HTTPStatus.FOUND)
    assert (battle.conversation_type, battle.protocol.slug) == ("values", "prism")
    assert reverse("battles:conversation") in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize("fields", [{"conversation_type": ""}, {"conversation_type": "x"}, {"prompt": " "}])
def test_conversation_without_topic_or_prompt_does_not_begin(
    offered: SimpleNamespace, client: Client, fields: dict[str, str]
) -> None:
    response = begin(client, offered, **fields)

    assert (response.status_code, Battle.objects.count(), Rater.objects.count()) == (422, 0, 0)


def test_study_without_conversations_offers_none(arena: SimpleNamespace, client: Client) -> None:
    statuses = [client.get(reverse("battles:conversation")).status_code, begin(client, arena).status_code]

    assert statuses == [404, 404]
    assert reverse("battles:conversation") not in client.get(reverse("home")).content.decode()


def test_scores_are_saved_and_a_second_turn_is_asked_for(
    arena: SimpleNamespace, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    battle = make_conversation(arena)
    client = client_of(battle.rater)

    with django_assert_max_num_queries(12):
        before = client.get(address("detail", battle)).content.decode()
    after = client.post(address("score", battle), SCORES, headers=HTMX).content.decode()

    assert re.findall(r'name="(score_.)"', before) == ["score_a", "score_b", "score_c", "score_d"]
    assert "You went on with this one" in after
    assert "After one more turn" in after
    assert "finish-form" not in after
    assert ScoredTurn.objects.get().chosen.side == "b"


def test_slider_in_the_middle_must_be_confirmed_and_keeps_the_others(arena: SimpleNamespace) -> None:
    battle = make_conversation(arena)
    client = client_of(battle.rater)

    refused = client.post(address("score", battle), {**SCORES, "score_c": 50})
    confirmed = client.post(address("score", battle), {**SCORES, "score_c": 50, "middle_c": "1"})

    assert refused.status_code == HTTPStatus.CONFLICT
    assert 'name="score_b" min="1" max="100" step="1" value="90"' in refused.content.decode()
    assert confirmed.status_code == HTTPStatus.FOUND


def test_conversation_ends_with_the_names_of_all(arena: SimpleNamespace) -> None:
    battle = make_conversation(arena)
    client = client_of(battle.rater)
    wording = asked_of(battle)
    second_turn(battle, client)
    form = client.get(address("detail", battle)).content.decode()
    given = {"feedback": "Good.", f"rate-performance-{wording.pk}": "70", f"rate-choice-{wording.pk}": "50"}

    page = client.post(
        address("finish", battle), {**given, f"none-choice-{wording.pk}": "1"}, headers=HTMX
    ).content.decode()
    again = client.post(address("finish", battle), {"feedback": "Other."}, headers=HTMX).content.decode()

    names = [getattr(battle, f"snapshot_{side}").contestant.name for side in "abcd"]
    assert [name for name in names if name not in page] == []
    assert f"You went on with B, which was {names[1]}." in page
    assert again == page
    assert Assessment.objects.get().feedback == "Good."
    assert "It is kind." in form
    assert set(AttributeRating.objects.values_list("question", "value")) == {("performance", 70), ("choice", None)}


def test_end_takes_no_rating_that_was_not_asked_or_is_out_of_range(arena: SimpleNamespace) -> None:
    battle = make_conversation(arena)
    client = client_of(battle.rater)
    wording = asked_of(battle)
    second_turn(battle, client)

    forms = [{"rate-performance-0": "5"}, {f"rate-choice-{wording.pk}": "101"}, {f"rate-mood-{wording.pk}": "5"}]
    statuses = [client.post(address("finish", battle), form).status_code for form in forms]

    assert (statuses, Assessment.objects.count()) == ([400] * 3, 0)


def test_my_data_shows_and_erases_a_conversation_to_the_last_table(arena: SimpleNamespace) -> None:
    battle = make_conversation(arena)
    client = client_of(battle.rater)
    wording = asked_of(battle)
    second_turn(battle, client)
    client.post(address("finish", battle), {"feedback": "Good.", f"rate-choice-{wording.pk}": "30"})
    whose = Rater.objects.filter(pk=battle.rater_id)

    [row] = COMPARISONS.rows(whose)
    with transaction.atomic():
        COMPARISONS.erase(whose)

    assert (row["turns"][0]["scores"], row["turns"][0]["chosen"]) == ({"a": 20, "b": 90, "c": 40, "d": 89}, "b")
    assert row["assessment"]["attributes"] == [{"attribute": "kindness #1", "question": "choice", "value": 30}]
    assert row["assessment"]["model_b"] == battle.snapshot_b.contestant.slug
    tables = (Battle, Turn, Completion, ScoredTurn, Score, Assessment, AttributeRating)
    assert [table.objects.count() for table in tables] == [0] * 7


def test_no_page_before_the_end_tells_a_model(arena: SimpleNamespace) -> None:
    battle = make_conversation(arena)
    client = client_of(battle.rater)
    detail = address("detail", battle)

    pages = [client.get(detail), client.get(detail, headers=HTMX)]
    pages.append(client.post(address("score", battle), {"turn": 0, "score_a": 50}, headers=HTMX))
    pages.append(client.post(address("finish", battle), headers=HTMX))
    second_turn(battle, client)
    pages += [client.get(detail), client.get(reverse("battles:history")), client.get(reverse("home"))]
    pages.append(client.post(address("score", battle), {"turn": 1, "score_a": 1, "score_b": 2}, headers=HTMX))

    client.post(address("finish", battle))
    assert [telltales_in(page) for page in pages] == [[]] * 8
    assert "Zephyrine" in telltales_in(client.get(detail))


def test_history_names_the_models_of_an_ended_conversation(arena: SimpleNamespace) -> None:
    battle = make_conversation(arena)
    client = client_of(battle.rater)
    second_turn(battle, client)
    client.post(address("finish", battle))

    page = client.get(reverse("battles:history")).content.decode()

    assert "A: Zephyrine · B: Obsidian · C: " in page


@pytest.mark.parametrize("name", ["score", "finish"])
def test_actions_are_for_the_rater_alone(arena: SimpleNamespace, client: Client, name: str) -> None:
    battle = make_conversation(arena)

    other = client_of(Rater.objects.create()).post(address(name, battle), SCORES)
    wrong = client_of(battle.rater).get(address(name, battle))
    pair = make_ready_battle(arena)
    of_a_pair = client_of(pair.rater).post(address(name, pair), {"turn": 0, "score_a": 1, "score_b": 2})

    assert (client.post(address(name, battle), SCORES).status_code, other.status_code) == (404, 404)
    assert (wrong.status_code, of_a_pair.status_code) == (405, 409)


def test_reveal_needs_a_stored_end(arena: SimpleNamespace) -> None:
    battle = make_conversation(arena)

    with pytest.raises(ValueError, match="only a stored assessment"):
        reveal_conversation(assessment=Assessment(battle=battle))
