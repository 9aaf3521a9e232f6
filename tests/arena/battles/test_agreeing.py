"""Who gives something has agreed to the terms in force; who agreed to earlier ones is asked again and loses nothing."""

import re
from http import HTTPStatus
from types import SimpleNamespace

import pytest
from channels.db import database_sync_to_async
from django.test import Client
from django.urls import reverse

from arena.battles.models import Battle, Skip, Vote
from arena.battles.services.voting import cast_vote
from arena.raters.models import Rater
from arena.studies.models import ConsentDecision, ConsentRevision
from arena.studies.services.deciding import agree
from arena.studies.services.texts import publish_consent, save_consent_draft
from tests.clients import client_of, rater_cookie
from tests.factories import make_battle, make_ready_battle
from tests.sockets import Socket

HTMX = {"HX-Request": "true"}


def replace_terms(arena: SimpleNamespace) -> ConsentRevision:
    newer = ConsentRevision(study=arena.study, summary="We record more than before.", text="# Consent\n\nMore.")
    save_consent_draft(revision=newer)
    return publish_consent(revision=newer)


def address(name: str, battle: Battle) -> str:
    return reverse(f"battles:{name}", args=[battle.pk])


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)">', page))


@pytest.fixture
def stale(arena: SimpleNamespace) -> SimpleNamespace:
    """A battle that can be voted on, whose rater agreed to terms that were replaced since."""
    battle = make_ready_battle(arena)
    agree(rater=battle.rater, revision=arena.consent)
    return SimpleNamespace(battle=battle, client=client_of(battle.rater), terms=replace_terms(arena))


def test_first_prompt_is_the_agreement_that_is_stored(arena: SimpleNamespace, client: Client) -> None:
    form = {"prompt": "Why?", "consent": arena.consent.pk}

    client.post(reverse("battles:start"), form)
    client.post(reverse("battles:start"), form)

    decision = ConsentDecision.objects.get()
    assert (decision.rater, decision.revision, decision.sha256) == (
        Rater.objects.get(),
        arena.consent,
        arena.consent.sha256,
    )


def test_home_hands_out_the_terms_that_it_shows(arena: SimpleNamespace, client: Client) -> None:
    page = client.get(reverse("home")).content.decode()

    assert hidden(page) == {"consent": str(arena.consent.pk)}
    assert "has changed" not in page


@pytest.mark.parametrize("said", [{}, {"consent": "0"}, {"consent": "x"}], ids=str)
def test_prompt_without_agreement_is_refused_and_kept(
    arena: SimpleNamespace, client: Client, said: dict[str, str]
) -> None:
    response = client.post(reverse("battles:start"), {"prompt": "Why is the sky blue?", **said})

    page = response.content.decode()
    assert response.status_code == HTTPStatus.CONFLICT
    assert "Why is the sky blue?</textarea>" in page
    assert hidden(page) == {"consent": str(arena.consent.pk)}
    assert (Battle.objects.count(), ConsentDecision.objects.count()) == (0, 0)


def test_prompt_from_a_page_with_earlier_terms_goes_through_when_sent_again(
    arena: SimpleNamespace, client: Client
) -> None:
    old = client.get(reverse("home")).content.decode()
    newer = replace_terms(arena)

    refused = client.post(reverse("battles:start"), {"prompt": "Why?", **hidden(old)})
    again = client.post(reverse("battles:start"), {"prompt": "Why?", **hidden(refused.content.decode())})

    assert (refused.status_code, again.status_code) == (HTTPStatus.CONFLICT, HTTPStatus.FOUND)
    assert "We record more than before." in refused.content.decode()
    assert Battle.objects.get().consent_revision == newer


def test_home_says_when_the_terms_have_changed(stale: SimpleNamespace) -> None:
    page = stale.client.get(reverse("home")).content.decode()

    assert "What we record has changed since you agreed to it" in page


def test_agreement_of_earlier_is_enough_on_any_page(arena: SimpleNamespace) -> None:
    rater = Rater.objects.create()
    agree(rater=rater, revision=arena.consent)

    response = client_of(rater).post(reverse("battles:start"), {"prompt": "Why?"})

    assert response.status_code == HTTPStatus.FOUND


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_vote_under_earlier_terms_is_refused_and_kept(stale: SimpleNamespace, headers: dict[str, str]) -> None:
    response = stale.client.post(address("vote", stale.battle), {"winner": "model_b"}, headers=headers)

    page = response.content.decode()
    assert response.status_code == HTTPStatus.CONFLICT
    assert "We record more than before." in page
    assert hidden(page) == {"consent": str(stale.terms.pk), "winner": "model_b"}
    assert f'action="{address("vote", stale.battle)}"' in page
    assert Vote.objects.count() == 0


def test_vote_is_stored_under_the_new_terms_in_one_step(stale: SimpleNamespace) -> None:
    refused = stale.client.post(address("vote", stale.battle), {"winner": "model_b"})

    response = stale.client.post(address("vote", stale.battle), hidden(refused.content.decode()), follow=True)

    vote = Vote.objects.get()
    assert (vote.winner, vote.consent_revision) == ("model_b", stale.terms)
    assert "Your vote is saved." in response.content.decode()
    assert ConsentDecision.objects.get(superseded_at=None).revision == stale.terms


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("say", {"prompt": "And the sea?"}),
        ("skip", {"reason": "other", "note": "A note."}),
        ("stop", {}),
        ("retry", {}),
        ("agree", {}),
    ],
)
def test_nothing_is_done_under_earlier_terms_and_nothing_lost(
    stale: SimpleNamespace, name: str, form: dict[str, str]
) -> None:
    response = stale.client.post(address(name, stale.battle), form)

    assert response.status_code == HTTPStatus.CONFLICT
    assert hidden(response.content.decode()) == {"consent": str(stale.terms.pk), **form}
    assert stale.battle.turns.count() == 1
    assert Skip.objects.count() == 0


def test_open_battle_asks_again_when_it_is_looked_at(stale: SimpleNamespace) -> None:
    page = stale.client.get(address("detail", stale.battle)).content.decode()
    stale.client.post(address("agree", stale.battle), hidden(page))
    after = stale.client.get(address("detail", stale.battle)).content.decode()

    assert "Agree and go on" in page
    assert "Another <strong>answer</strong>" in page
    assert 'id="vote-form"' not in page
    assert 'id="vote-form"' in after


def test_battle_that_has_ended_asks_for_nothing(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    cast_vote(battle_id=battle.pk, winner="tie")
    replace_terms(arena)

    page = client_of(battle.rater).get(address("detail", battle)).content.decode()

    assert "Agree and go on" not in page
    assert "Your vote is saved." in page


def test_battle_of_somebody_else_is_not_found_under_earlier_terms(stale: SimpleNamespace) -> None:
    stranger = client_of(Rater.objects.create())

    response = stranger.post(address("vote", stale.battle), {"winner": "tie", "consent": stale.terms.pk})

    assert response.status_code == HTTPStatus.NOT_FOUND
    assert ConsentDecision.objects.filter(revision=stale.terms).count() == 0


@pytest.mark.django_db(transaction=True)
async def test_socket_under_earlier_terms_is_closed(arena: SimpleNamespace) -> None:
    battle = await database_sync_to_async(make_battle)(arena)
    newer = await database_sync_to_async(replace_terms)(arena)
    cookie = f"parallax_rater={rater_cookie(battle.rater)}"
    socket = Socket(f"/ws/battles/{battle.pk}/", cookie=cookie)
    await socket.open()
    closed = await socket.output()

    await database_sync_to_async(agree)(rater=battle.rater, revision=newer)
    another = Socket(f"/ws/battles/{battle.pk}/", cookie=cookie)
    opened = await another.open() and await another.output()
    await another.close()

    assert (closed["type"], closed["code"]) == ("websocket.close", 4409)
    assert opened["type"] == "websocket.send"
