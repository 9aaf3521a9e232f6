"""What a rater adds to a vote: asked beside the buttons, stored with the vote, and nothing where nothing is asked."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from arena.battles.errors import UnknownChoiceError
from arena.battles.holding import COMPARISONS
from arena.battles.models import Battle, Vote, VoteAttribute, VoteReason
from arena.battles.services.voting import cast_vote
from arena.battles.vote_details import VoteDetails, attribute_field, read_details, reason_field
from arena.raters.models import Rater
from arena.studies.models import AttributeRevision, Protocol, ReasonRevision
from arena.studies.services.installing_asked import install_asked
from arena.studies.services.wording import add_wording
from tests.clients import client_of
from tests.factories import make_battle, make_ready_battle

pytestmark = pytest.mark.integration


@pytest.fixture
def asking(arena: SimpleNamespace) -> SimpleNamespace:
    """An arena whose study asks everything."""
    install_asked()
    Protocol.objects.update(
        asks_strength=True, reasons=["correct", "wrong"], attributes=["safety", "verbosity"], asks_justification=True
    )
    arena.study.protocol.refresh_from_db()
    arena.correct = ReasonRevision.objects.get(reason__key="correct")
    arena.wrong = ReasonRevision.objects.get(reason__key="wrong")
    arena.safety = AttributeRevision.objects.get(attribute__key="safety")
    return arena


def said(asking: SimpleNamespace) -> dict[str, str]:
    """What a filled form sends beside the winner."""
    return {
        "strength": "2",
        reason_field("a", asking.correct.pk): "on",
        reason_field("b", asking.wrong.pk): "on",
        attribute_field("a", asking.safety.pk): "4",
        attribute_field("b", asking.safety.pk): "",
        "justification": "  It is right.\r\n",
    }


def stored(vote: Vote) -> dict[str, object]:
    return {
        "strength": vote.strength,
        "justification": vote.justification,
        "reasons": [(row.side, row.revision) for row in vote.reasons.all()],
        "attributes": [(row.side, row.revision, row.level) for row in vote.attributes.all()],
    }


def post(battle: Battle, form: dict[str, str], **headers: str):
    return client_of(battle.rater).post(reverse("battles:vote", args=[battle.pk]), form, headers=headers)


def test_vote_is_stored_with_everything_that_was_added(asking):
    battle = make_ready_battle(asking)

    post(battle, {"winner": "model_a", **said(asking)})

    assert stored(Vote.objects.get()) == {
        "strength": 2,
        "justification": "It is right.",
        "reasons": [("a", asking.correct), ("b", asking.wrong)],
        "attributes": [("a", asking.safety, 4)],
    }


def test_vote_again_adds_nothing_to_the_first(asking):
    battle = make_ready_battle(asking)
    post(battle, {"winner": "model_a"})

    post(battle, {"winner": "model_a", **said(asking)})

    nothing = {"strength": None, "justification": "", "reasons": [], "attributes": []}
    assert stored(Vote.objects.get()) == nothing


@pytest.mark.parametrize("winner", ["tie", "both_bad"])
def test_how_clear_it_is_says_nothing_of_a_vote_for_nobody(asking, winner):
    vote = cast_vote(battle_id=make_ready_battle(asking).pk, winner=winner, details=VoteDetails(strength=2))

    assert (vote.winner, vote.strength) == (winner, None)


def test_words_that_stood_on_the_page_are_stored_although_newer_ones_are_in_force(asking):
    battle = make_ready_battle(asking)
    add_wording(revision=ReasonRevision(reason=asking.correct.reason, text="Right"))

    post(battle, {"winner": "model_a", reason_field("b", asking.correct.pk): "on"})

    assert stored(Vote.objects.get())["reasons"] == [("b", asking.correct)]


@pytest.mark.parametrize("what", ["strength", "reasons", "attributes", "justification"])
def test_vote_is_refused_with_what_was_not_asked(asking, what):
    details = VoteDetails(**{what: getattr(read_details(said(asking)), what)})
    Protocol.objects.update(asks_strength=False, reasons=[], attributes=[], asks_justification=False)
    battle = make_ready_battle(asking)

    with pytest.raises(UnknownChoiceError):
        cast_vote(battle_id=battle.pk, winner="model_a", details=details)

    battle.refresh_from_db()
    assert (battle.status, Vote.objects.count()) == ("open", 0)


@pytest.mark.parametrize(("name", "value"), [("strength", "3"), ("attribute-a-1", "5"), ("attribute-b-1", "x")])
def test_read_details_refuses_what_no_field_offers(name, value):
    with pytest.raises(UnknownChoiceError):
        read_details({name: value})


def test_page_asks_in_words_and_lets_the_vote_stay_one_press(asking):
    battle = make_ready_battle(asking)

    page = client_of(battle.rater).get(reverse("battles:detail", args=[battle.pk])).content.decode()

    boxes = [reason_field(side, row.pk) for side in "ab" for row in (asking.correct, asking.wrong)]
    assert all(f'name="{box}" form="vote-form"' in page for box in boxes)
    assert [word in page for word in ("Correct", "Nobody comes to harm by it.", "much better", "very little")] == [
        True
    ] * 4
    assert '<details class="say-more" id="say-more" hx-preserve>' in page


def test_page_asks_nothing_more_before_there_is_something_to_judge(asking):
    battle = make_battle(asking)

    page = client_of(battle.rater).get(reverse("battles:detail", args=[battle.pk])).content.decode()

    assert "say-more" not in page


def test_page_of_a_study_that_asks_nothing_more_takes_no_query_more(asking, django_assert_num_queries):
    battle = make_ready_battle(asking)
    client, address = client_of(battle.rater), reverse("battles:detail", args=[battle.pk])
    client.get(address)

    with django_assert_num_queries(2):
        held = client.get(address).content.decode()
    Protocol.objects.update(asks_strength=False, reasons=[], attributes=[], asks_justification=False)
    with django_assert_num_queries(2):
        plain = client.get(address).content.decode()

    assert ("say-more" in held, "say-more" in plain) == (True, False)


def test_refused_vote_keeps_what_was_added(asking):
    battle = make_ready_battle(asking)

    page = post(battle, {"winner": "model_x", **said(asking)}).content.decode()

    assert f'name="{reason_field("a", asking.correct.pk)}" form="vote-form" checked' in page
    assert f'name="{reason_field("a", asking.wrong.pk)}" form="vote-form">' in page
    assert '<option value="4" selected>very well</option>' in page
    assert 'name="strength" value="2" form="vote-form" checked' in page
    assert "It is right." in page
    assert Vote.objects.count() == 0


@pytest.mark.parametrize("model", [VoteReason, VoteAttribute])
def test_what_was_added_never_changes(asking, model):
    vote = cast_vote(battle_id=make_ready_battle(asking).pk, winner="model_a", details=read_details(said(asking)))

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        model.objects.filter(vote=vote).update(side="b")


def test_database_refuses_how_clear_a_tie_is(arena):
    battle = make_ready_battle(arena)
    Battle.objects.filter(pk=battle.pk).update(status="voted", ended_at=battle.created_at)

    with pytest.raises(IntegrityError, match="vote_strength_of_a_choice"):
        Vote.objects.create(battle=battle, rater=battle.rater, winner="tie", strength=1, consent_revision=arena.consent)


def test_my_data_tells_what_was_added(asking):
    vote = cast_vote(battle_id=make_ready_battle(asking).pk, winner="model_a", details=read_details(said(asking)))

    [row] = COMPARISONS.rows(Rater.objects.filter(pk=vote.rater_id))

    assert {name: row["vote"][name] for name in ("strength", "reasons", "attributes", "justification")} == {
        "strength": 2,
        "reasons": [
            {"answer": "a", "sign": "good", "reason": "Correct"},
            {"answer": "b", "sign": "bad", "reason": "Wrong"},
        ],
        "attributes": [{"answer": "a", "attribute": "Safety", "level": 4}],
        "justification": "It is right.",
    }
