"""The page "My data": whose it is, what it shows, and what can be decided there."""

import json
from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from arena.battles.models import Battle
from arena.battles.services.voting import cast_vote, skip_battle
from arena.raters.models import Rater
from arena.raters.services import link_rater
from arena.studies.models import ConsentDecision, ConsentRevision
from arena.studies.services.deciding import agree
from arena.studies.services.texts import publish_consent, save_consent_draft
from tests.clients import client_of
from tests.factories import TELLTALES, complete_turn, make_battle, make_consent, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def page_of(client: Client) -> str:
    return client.get(reverse("my_data")).content.decode()


def choose(client: Client, text: ConsentRevision, given: str):
    return client.post(reverse("my_data_choose"), {"consent": text.pk, "given": given})


def download(client: Client) -> dict[str, object]:
    response = client.get(reverse("my_data_download"))
    return json.loads(b"".join(response.streaming_content))


def in_force(rater: Rater) -> dict[str, bool]:
    return dict(ConsentDecision.objects.filter(rater=rater, superseded_at=None).values_list("purpose", "given"))


def test_stranger_is_told_that_nothing_is_kept(arena, texts, client):
    assert "Nothing is kept of you here" in page_of(client)
    assert Rater.objects.count() == 0


def test_page_shows_every_choice_off_until_it_is_turned_on(arena, texts):
    rater = Rater.objects.create()

    page = page_of(client_of(rater))

    assert page.count('<span class="badge">not allowed</span>') == 3
    assert 'id="choice-privacy"' not in page


@pytest.mark.parametrize("purpose", ["research", "publication"])
def test_choice_is_stored_and_withdrawn(arena, texts, purpose):
    rater = Rater.objects.create()
    client = client_of(rater)

    choose(client, texts[purpose], "1")
    between = in_force(rater), page_of(client)
    response = choose(client, texts[purpose], "0")

    assert between[0] == {purpose: True}
    assert "Allow no longer" in between[1]
    assert in_force(rater) == {purpose: False}
    assert response.headers["Location"] == f"{reverse('my_data')}#choice-{purpose}"


def test_choice_of_a_text_that_was_replaced_is_refused(arena, texts):
    rater = Rater.objects.create()
    newer = ConsentRevision(study=arena.study, purpose="research", summary="In short.", text="Changed.")
    save_consent_draft(revision=newer)
    publish_consent(revision=newer)

    response = client_of(rater).post(
        reverse("my_data_choose"), {"consent": texts["research"].pk, "given": "1"}, follow=True
    )

    assert "That text has just changed" in response.content.decode()
    assert in_force(rater) == {}


@pytest.mark.parametrize("said", ["", "x", "0", "privacy"])
def test_choice_of_nothing_is_not_found(arena, texts, said):
    consent = texts["privacy"].pk if said == "privacy" else said

    response = client_of(Rater.objects.create()).post(reverse("my_data_choose"), {"consent": consent, "given": "1"})

    assert response.status_code == HTTPStatus.NOT_FOUND


def test_stopping_ends_open_battles_and_keeps_what_was_given(arena, texts):
    rater = Rater.objects.create()
    agree(rater=rater, revision=arena.consent)
    cast_vote(battle_id=make_ready_battle(arena, rater=rater).pk, winner="tie")
    running = make_battle(arena, rater=rater)
    elsewhere = make_battle(arena)

    choose(client_of(rater), arena.consent, "0")

    statuses = dict(Battle.objects.values_list("pk", "status"))
    assert (statuses[running.pk], statuses[elsewhere.pk], len(statuses)) == ("ended", "open", 3)
    assert running.turns.get().status == "stopped"
    assert in_force(rater) == {"terms": False}


def test_whoever_stopped_agrees_again_with_the_next_prompt(arena, texts):
    rater = Rater.objects.create()
    agree(rater=rater, revision=arena.consent)
    client = client_of(rater)
    choose(client, arena.consent, "0")

    refused = client.post(reverse("battles:start"), {"prompt": "Why?"})
    begun = client.post(reverse("battles:start"), {"prompt": "Why?", "consent": arena.consent.pk})

    assert (refused.status_code, begun.status_code) == (HTTPStatus.CONFLICT, HTTPStatus.FOUND)
    assert in_force(rater) == {"terms": True}


def test_earlier_terms_that_allowed_research_can_be_answered_with_no(arena, texts):
    battle = make_ready_battle(arena)
    client = client_of(battle.rater)

    before = page_of(client)
    choose(client, texts["research"], "0")

    assert "allowed by earlier terms" in before
    assert "allowed by earlier terms" not in page_of(client)
    assert in_force(battle.rater) == {"research": False}


def test_agreement_to_an_earlier_version_is_shown_as_off(arena, texts):
    rater = Rater.objects.create()
    agree(rater=rater, revision=texts["publication"])
    newer = ConsentRevision(study=arena.study, purpose="publication", summary="In short.", text="Changed.")
    save_consent_draft(revision=newer)
    publish_consent(revision=newer)

    assert "You agreed to an earlier version, which counts no more." in page_of(client_of(rater))


def test_cookie_of_an_account_shows_nothing_before_signing_in(arena, texts):
    ada = User.objects.create(username="rater-ada")
    home, other = Rater.objects.create(account=ada), Rater.objects.create()
    link_rater(account=ada, cookie_id=other.pk)

    for rater in (home, other):
        client = client_of(rater)
        answers = [
            client.get(reverse("my_data_download")).headers["Location"],
            client.post(reverse("my_data_erase"), {"erase": "1"}).headers["Location"],
            choose(client, texts["research"], "1").headers["Location"],
        ]
        assert "Sign in to see it" in page_of(client)
        assert answers == [reverse("my_data")] * 3
    assert ConsentDecision.objects.count() == 0
    assert Rater.objects.count() == 2


def test_signed_in_person_sees_what_was_done_on_every_device(arena, texts, client):
    ada = User.objects.create(username="rater-ada", email="ada@example.org")
    home, other = Rater.objects.create(account=ada), Rater.objects.create()
    battles = {str(make_battle(arena, rater=rater).pk) for rater in (home, other)}
    link_rater(account=ada, cookie_id=other.pk)
    client.force_login(ada)

    content = download(client)

    assert {row["battle"] for row in content["comparisons"]} == battles
    assert [row["name"] for row in content["account"]] == ["rater-ada"]


def test_download_holds_what_was_given(arena, texts):
    rater = Rater.objects.create()
    agree(rater=rater, revision=arena.consent)
    voted, skipped = make_ready_battle(arena, rater=rater), make_ready_battle(arena, rater=rater)
    cast_vote(battle_id=voted.pk, winner="model_b")
    skip_battle(battle_id=skipped.pk, reason="other", note="A note.")

    content = download(client_of(rater))

    first, second = content["comparisons"]
    assert first["turns"] == [
        {"prompt": "Why is the sky blue?", "answer_a": "An answer.", "answer_b": "Another **answer**."}
    ]
    assert (first["vote"]["winner"], first["vote"]["model_a"], first["vote"]["model_b"]) == (
        "model_b",
        "zephyrine-9b",
        "obsidian-3b",
    )
    assert (second["vote"], second["skip"]["note"]) == (None, "A note.")
    [decision] = content["decisions"]
    assert (decision["purpose"], decision["agreed"], decision["sha256"]) == ("terms", True, arena.consent.sha256)
    assert set(content) == {"made_at", "export_files", "comparisons", "profile", "decisions", "proposals", "account"}


def test_nothing_here_tells_a_model_before_the_vote(arena, texts):
    rater = Rater.objects.create()
    for make in (make_battle, make_ready_battle):
        make(arena, rater=rater)
    skip_battle(battle_id=make_ready_battle(arena, rater=rater).pk, reason="other")
    client = client_of(rater)

    shown = page_of(client) + json.dumps(download(client)["comparisons"])

    assert [word for word in TELLTALES if word != "sha256" and word.lower() in shown.lower()] == []


def test_download_of_a_running_battle_holds_no_unshown_text(arena, texts):
    battle = make_battle(arena)
    complete_turn(battle.turns.get(), ago=-60)

    [row] = download(client_of(battle.rater))["comparisons"]

    assert row["turns"] == [{"prompt": "Why is the sky blue?", "answer_a": None, "answer_b": None}]


@pytest.mark.parametrize("number", [1, 3])
def test_page_takes_few_queries(arena, texts, number, django_assert_max_num_queries):
    rater = Rater.objects.create()
    for _ in range(number):
        make_ready_battle(arena, rater=rater)
        agree(rater=rater, revision=make_consent(arena.study, purpose="profile", language=f"x{_}"))

    with django_assert_max_num_queries(12):
        client_of(rater).get(reverse("my_data"))


@pytest.mark.parametrize("number", [1, 3])
def test_download_takes_the_same_queries_for_any_number(arena, texts, number, django_assert_num_queries):
    rater = Rater.objects.create()
    for _ in range(number):
        make_ready_battle(arena, rater=rater)

    with django_assert_num_queries(9):
        download(client_of(rater))


def test_receipt_of_nobody_is_not_found(arena, client):
    address = reverse("erasure_receipt", args=["00000000-0000-4000-8000-000000000000"])

    assert client.get(address).status_code == HTTPStatus.NOT_FOUND
