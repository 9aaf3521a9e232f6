"""Scores of a turn, and the end of a scored conversation: each stored once, and before anything is revealed."""

import secrets
import uuid
from collections.abc import Mapping
from types import MappingProxyType

from django.db import transaction

from arena.battles import clock
from arena.battles.choosing import chosen_of
from arena.battles.errors import (
    BattleClosedError,
    NotFinishedError,
    NotScoredError,
    TurnRunningError,
    UnknownChoiceError,
)
from arena.battles.models import (
    HIGHEST,
    LOWEST,
    Assessment,
    AttributeRating,
    Battle,
    Completion,
    Score,
    ScoredTurn,
    Turn,
)
from arena.battles.protocols import way_of
from arena.battles.services.notify import announce
from arena.battles.services.starting import SEED_BITS
from arena.battles.services.voting import terms_of
from arena.battles.states import advance
from arena.studies.models import AttributeRevision
from ratings.services.requesting import request_refresh

NO_RATINGS: Mapping[tuple[str, int], int | None] = MappingProxyType({})


@transaction.atomic
def score_turn(*, battle_id: uuid.UUID, turn_index: int, scores: Mapping[str, int]) -> ScoredTurn:
    """Store what the rater thinks of every answer of the newest turn, by side, and choose the best.

    Exactly one answer is chosen: the highest; of several highest ones a draw from a stored seed decides. A repeated or
    simultaneous call returns the first scores, unchanged: the battle's row is locked, and one turn has one row. After
    the opening the conversation goes on with the contestant who was chosen. The caller has made sure that the battle is
    the rater's own.

    Raises
    ------
    NotScoredError
        When an answer has no score, a score has no answer, or one is out of range.
    TurnRunningError
        When the turn is not complete, not yet released in full, or not the newest.
    BattleClosedError
        When the battle takes no scores, or none any more.
    """
    battle = _locked(battle_id)
    earlier = ScoredTurn.objects.filter(turn__battle=battle, turn__index=turn_index).first()
    if earlier is not None:
        return earlier
    if battle.status != Battle.Status.OPEN or not way_of(battle.protocol).is_scored:
        raise BattleClosedError
    turn = battle.turns.select_for_update().order_by("index").last()
    if turn is None or turn.index != turn_index or not _is_shown(turn):
        raise TurnRunningError
    answers = {row.side: row for row in _answers(turn)}
    if set(scores) != set(answers) or not all(LOWEST <= score <= HIGHEST for score in scores.values()):
        raise NotScoredError
    return _store(battle, turn, answers, scores)


def _locked(battle_id: uuid.UUID) -> Battle:
    rows = Battle.objects.select_for_update(of=("self",)).select_related("protocol", "consent_revision")
    return rows.get(pk=battle_id)


def _is_shown(turn: Turn) -> bool:
    return turn.status == Turn.Status.COMPLETE and turn.is_released


def _answers(turn: Turn) -> list[Completion]:
    rows = Completion.objects.current().filter(turn=turn, status=Completion.Status.DONE)
    return list(rows.only("side", "turn_id").order_by("side"))


def _store(battle: Battle, turn: Turn, answers: Mapping[str, Completion], scores: Mapping[str, int]) -> ScoredTurn:
    assert turn.released_at is not None  # noqa: S101 - a complete turn has one, by constraint
    seed = secrets.randbits(SEED_BITS)
    chosen = answers[chosen_of(scores, seed=seed)]
    scored = ScoredTurn.objects.create(
        turn=turn,
        chosen=chosen,
        tie_seed=seed,
        consent_revision=terms_of(battle),
        seconds_to_score=max(0.0, (clock.now() - turn.released_at).total_seconds()),
    )
    Score.objects.bulk_create(
        Score(scored_turn=scored, completion=answer, value=scores[side]) for side, answer in answers.items()
    )
    if turn.index == 0:
        Battle.objects.filter(pk=battle.pk).update(chosen_side=chosen.side)
    announce(battle.pk)
    return scored


@transaction.atomic
def finish_conversation(
    *, battle_id: uuid.UUID, feedback: str = "", ratings: Mapping[tuple[str, int], int | None] = NO_RATINGS
) -> Assessment:
    """End a scored conversation and return its assessment with its `battle`; a repeated call returns the first one.

    The battle's row is locked, and one battle has one assessment, stored in the transaction that closes it. `ratings`
    are of attributes, by question and revision; those that the protocol does not ask are refused, and what has no value
    did not apply.

    Raises
    ------
    UnknownChoiceError
        When something is rated that was not asked, or out of range.
    NotFinishedError
        When it has fewer turns than its protocol asks for, or its newest one has no scores.
    BattleClosedError
        When the battle was skipped or has ended, or is none that is scored.
    """
    battle = _locked(battle_id)
    way = way_of(battle.protocol)
    if battle.status != Battle.Status.OPEN or not way.is_scored:
        return _existing(battle)
    turns = battle.turns.count()
    scored = ScoredTurn.objects.filter(turn__battle=battle).count()
    if not way.may_finish(turns=turns, scored=scored):
        raise NotFinishedError
    advance(Battle.objects.filter(pk=battle_id), to=Battle.Status.SCORED, ended_at=clock.now())
    assessment = Assessment.objects.create(
        battle=battle,
        rater_id=battle.rater_id,
        kind=battle.kind,
        feedback=feedback.strip()[: Assessment.FEEDBACK_CHARS],
        consent_revision=terms_of(battle),
    )
    _rate_attributes(assessment, battle, ratings)
    request_refresh(kind=battle.kind)
    announce(battle.pk)
    return assessment


def _rate_attributes(assessment: Assessment, battle: Battle, ratings: Mapping[tuple[str, int], int | None]) -> None:
    # Any wording of an attribute that is asked: it may have been worded anew while somebody answered.
    asked = AttributeRevision.objects.filter(attribute__key__in=battle.protocol.attributes)
    known = set(asked.values_list("pk", flat=True)) if ratings else set()
    for (question, revision), value in ratings.items():
        fits = value is None or LOWEST <= value <= HIGHEST
        if question not in AttributeRating.Question.values or revision not in known or not fits:
            raise UnknownChoiceError
    AttributeRating.objects.bulk_create(
        AttributeRating(assessment=assessment, question=question, revision_id=revision, value=value)
        for (question, revision), value in ratings.items()
    )


def _existing(battle: Battle) -> Assessment:
    assessment = Assessment.objects.filter(battle=battle).select_related("battle").first()
    if assessment is None:
        raise BattleClosedError
    return assessment
