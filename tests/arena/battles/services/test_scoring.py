"""Scores of turns and the end of a scored conversation, in the database."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from arena.battles.errors import (
    BattleClosedError,
    NotFinishedError,
    NotScoredError,
    TurnRunningError,
    UnknownChoiceError,
)
from arena.battles.models import Assessment, Battle, Completion, Score, ScoredTurn, Vote
from arena.battles.services.completing import claim_completion
from arena.battles.services.scoring import finish_conversation, score_turn
from arena.battles.services.starting import start_battle
from arena.battles.services.turns import continue_battle
from arena.battles.services.voting import cast_vote
from arena.battles.sides import answered_by
from arena.raters.models import Rater
from tests.factories import complete_turn, make_arena, make_battle, make_conversation, make_ready_battle, make_turn

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

OPENING = {"a": 20, "b": 90, "c": 50, "d": 89}


@pytest.fixture
def arena(db: None) -> SimpleNamespace:
    return make_arena()


@pytest.fixture
def battle(arena: SimpleNamespace) -> Battle:
    return make_conversation(arena)


def scored(battle: Battle, turn_index: int = 0, **scores: int) -> ScoredTurn:
    return score_turn(battle_id=battle.pk, turn_index=turn_index, scores=scores)


def refused(change: Callable[[], object], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        _checked(change)


def _checked(change: Callable[[], object]) -> None:
    """What the end of a transaction would check is checked at once."""
    change()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def two_turns(battle: Battle) -> None:
    scored(battle, **OPENING)
    complete_turn(make_turn(battle, index=1))
    scored(battle, 1, a=10, b=60)


def test_scores_are_stored_at_once_and_the_highest_is_chosen(battle: Battle) -> None:
    result = scored(battle, **OPENING)

    battle.refresh_from_db()
    assert dict(Score.objects.values_list("completion__side", "value")) == OPENING
    assert (result.chosen.side, battle.chosen_side, battle.status) == ("b", "b", "open")
    assert result.seconds_to_score >= 1.0


def test_scores_given_again_are_the_first_ones(battle: Battle) -> None:
    first = scored(battle, **OPENING)

    again = scored(battle, a=100, b=1, c=1, d=1)

    assert again == first
    assert dict(Score.objects.values_list("completion__side", "value")) == OPENING


def test_tie_is_broken_by_the_stored_seed(arena: SimpleNamespace) -> None:
    from arena.battles.choosing import chosen_of

    tie = {"a": 70, "b": 70, "c": 70, "d": 10}
    results = [scored(make_conversation(arena), **tie) for _ in range(8)]

    assert [result.chosen.side for result in results] == [chosen_of(tie, seed=row.tie_seed) for row in results]
    assert {chosen_of(tie, seed=seed) for seed in range(100)} == {"a", "b", "c"}


@pytest.mark.parametrize(
    "scores", [{}, {"a": 1, "b": 2}, {**OPENING, "a": 0}, {**OPENING, "d": 101}, {"a": 1, "b": 1, "c": 1, "e": 1}]
)
def test_scores_must_be_of_every_answer_and_in_range(battle: Battle, scores: dict[str, int]) -> None:
    with pytest.raises(NotScoredError):
        scored(battle, **scores)

    assert not ScoredTurn.objects.exists()


def test_scores_wait_until_all_answers_are_shown(arena: SimpleNamespace, battle: Battle) -> None:
    soon = timezone.now() + timedelta(minutes=1)
    battle.turns.update(released_at=soon)

    with pytest.raises(TurnRunningError):
        scored(battle, **OPENING)
    with pytest.raises(BattleClosedError):
        scored(make_ready_battle(arena), a=1, b=2)


def test_later_turn_asks_the_chosen_contestant_twice_with_what_was_chosen(battle: Battle) -> None:
    with pytest.raises(NotScoredError):
        continue_battle(battle_id=battle.pk, prompt="Go on.")
    scored(battle, **OPENING)

    turn = continue_battle(battle_id=battle.pk, prompt="Go on.")

    rows = list(Completion.objects.filter(turn=turn).order_by("side"))
    jobs = [claim_completion(completion_id=row.pk) for row in rows]
    chosen = battle.snapshot_b.contestant
    assert [row.side for row in rows] == ["a", "b"]
    assert rows[0].seed != rows[1].seed
    assert {row.endpoint for row in rows} == {chosen.endpoint}
    theirs = Completion.objects.filter(answered_by(chosen)).values_list("turn__index", "side")
    assert set(theirs) == {(0, "b"), (1, "a"), (1, "b")}
    said = [[message.content for message in job.request.messages][1:] for job in jobs if job]
    assert said == [["Why is the sky blue?", "Another **answer**.", "Go on."]] * 2


def test_conversation_ends_after_two_scored_turns_and_not_before(battle: Battle) -> None:
    with pytest.raises(NotFinishedError):
        finish_conversation(battle_id=battle.pk)
    scored(battle, **OPENING)
    with pytest.raises(NotFinishedError):
        finish_conversation(battle_id=battle.pk)
    complete_turn(make_turn(battle, index=1))
    with pytest.raises(NotFinishedError):
        finish_conversation(battle_id=battle.pk)
    scored(battle, 1, a=10, b=60)

    end = finish_conversation(battle_id=battle.pk, feedback=" It was good. ")

    battle.refresh_from_db()
    assert (battle.status, battle.chosen_side, end.feedback) == ("scored", "b", "It was good.")
    assert finish_conversation(battle_id=battle.pk, feedback="Twice") == end
    assert Assessment.objects.get().feedback == "It was good."


def test_scored_conversation_takes_no_vote_and_a_pair_no_end(arena: SimpleNamespace, battle: Battle) -> None:
    pair = make_ready_battle(arena)

    with pytest.raises(BattleClosedError):
        cast_vote(battle_id=battle.pk, winner="tie")
    with pytest.raises(BattleClosedError):
        finish_conversation(battle_id=pair.pk)

    refused(lambda: Battle.objects.filter(pk=battle.pk).update(status="voted", ended_at=timezone.now()), "of_pairs")
    assert not Vote.objects.exists()


def test_conversation_draws_up_to_four_with_a_topic(arena: SimpleNamespace, battle: Battle) -> None:
    arena.study.second_protocol = battle.protocol
    given = {"rater": Rater.objects.create(), "study": arena.study, "consent_revision": arena.consent, "prompt": "Hi"}

    begun = start_battle(**given, conversation_type="unguided")

    assert (begun.protocol, begun.draw_probability) == (battle.protocol, 1.0)
    assert begun.turns.get().completions.count() == 4
    for topic in ("nonsense",):
        with pytest.raises(UnknownChoiceError):
            start_battle(**given, conversation_type=topic)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda _battle: ScoredTurn.objects.update(tie_seed=1), "never changes"),
        (lambda _battle: Score.objects.update(value=2), "never changes"),
        (lambda _battle: Score.objects.filter(value=90).update(value=0), "never changes"),
        (lambda _battle: Assessment.objects.update(feedback="x"), "never changes"),
        (lambda battle: battle.turns.filter(index=0).update(attempt=2), "was judged never changes"),
        (lambda battle: Battle.objects.filter(pk=battle.pk).update(chosen_side="a"), "keeps who judged what"),
        (lambda battle: Battle.objects.filter(pk=battle.pk).update(snapshot_c=None), "keeps who judged what"),
    ],
    ids=["scored-turn", "score", "score-range", "assessment", "turn", "choice", "contestants"],
)
def test_what_was_given_stays(battle: Battle, change: Callable[[Battle], object], name: str) -> None:
    two_turns(battle)
    finish_conversation(battle_id=battle.pk)

    refused(lambda: change(battle), name)


def test_scores_that_are_not_whole_are_refused_by_the_database(arena: SimpleNamespace, battle: Battle) -> None:
    turn = battle.turns.get()
    answers = {row.side: row for row in turn.completions.all()}
    row = {"turn": turn, "tie_seed": 1, "consent_revision": arena.consent, "seconds_to_score": 1.0}

    def store(chosen: str, scores: dict[str, int]) -> None:
        result = ScoredTurn.objects.create(**row, chosen=answers[chosen])
        for side, value in scores.items():
            Score.objects.create(scored_turn=result, completion=answers[side], value=value)

    refused(lambda: store("a", OPENING), "highest score is chosen")
    refused(lambda: store("b", {"a": 1, "b": 90}), "every answer of a scored turn")
    refused(lambda: store("b", {**OPENING, "a": 101}), "score_in_range")
    refused(
        lambda: ScoredTurn.objects.create(**{**row, "turn": make_battle(arena).turns.get()}, chosen=answers["b"]),
        "complete turn of a scored",
    )


def test_contestants_of_a_conversation_differ(battle: Battle) -> None:
    row = Battle.objects.filter(pk=battle.pk)

    refused(lambda: row.update(snapshot_d=battle.snapshot_a), "battle_contestants_differ")
    refused(lambda: row.update(snapshot_c=None), "battle_contestants_differ")
    refused(lambda: row.update(conversation_type=""), "battle_pairs_have_two")
