"""The vote and the skip: stored once, before anything is revealed."""

import uuid

from django.db import transaction

from arena.battles import clock
from arena.battles.errors import BattleClosedError, NotReadyToVoteError, UnknownChoiceError
from arena.battles.models import Battle, Completion, Skip, Turn, Vote
from arena.battles.services.adding import add_details, check_asked
from arena.battles.services.notify import announce
from arena.battles.services.turns import stop_running
from arena.battles.states import advance
from arena.battles.vote_details import NOTHING, VoteDetails
from arena.studies.models import ConsentRevision
from arena.studies.selectors import terms_standing
from ratings.services.requesting import request_refresh

CHOICES = {Vote.Winner.MODEL_A, Vote.Winner.MODEL_B}


@transaction.atomic
def cast_vote(*, battle_id: uuid.UUID, winner: str, details: VoteDetails = NOTHING) -> Vote:
    """Store the vote of a battle and return it with its `battle`; a repeated call returns the first one, unchanged.

    So does a simultaneous one. One conditional update of the battle's row decides, in the transaction that inserts the
    vote: whoever comes second waits for that commit and finds the battle voted. Two constraints and a trigger hold the
    same below. The caller has made sure that the battle is the rater's own. What the rater adds is stored with it, or
    nothing is; how clear a choice is says nothing of a tie or of two bad answers, and is left out there.

    Raises
    ------
    UnknownChoiceError
        When `winner` is none of the four votes, or `details` holds what the battle's protocol does not ask.
    NotReadyToVoteError
        When the current turn is not complete, or not yet released in full.
    BattleClosedError
        When the battle was skipped or has ended.
    """
    if winner not in Vote.Winner.values:
        raise UnknownChoiceError
    now = clock.now()
    # Scored conversations take no vote (Law 9): they have a type, battles of pairs have none.
    if not advance(Battle.objects.filter(pk=battle_id, conversation_type=""), to=Battle.Status.VOTED, ended_at=now):
        return _existing_vote(battle_id)
    judged = Completion.objects.current().filter(turn__battle=battle_id)
    heavy = ("text", "arrivals", "turn__battle__consent_revision__text")
    answers = list(judged.select_related("turn__battle__consent_revision").defer(*heavy).order_by())
    last = max((answer.turn for answer in answers), key=lambda turn: turn.index)
    battle = last.battle
    if last.status != Turn.Status.COMPLETE or last.released_at is None or not last.is_released:
        raise NotReadyToVoteError
    if not details.is_empty:
        check_asked(details, battle.protocol)
    vote = Vote.objects.create(
        battle=battle,
        rater_id=battle.rater_id,
        kind=battle.kind,
        winner=winner,
        strength=details.strength if winner in CHOICES else None,
        justification=details.justification,
        consent_revision=terms_of(battle),
        seconds_to_vote=max(0.0, (now - last.released_at).total_seconds()),
    )
    Vote.judged.through.objects.bulk_create(Vote.judged.through(vote=vote, completion=answer) for answer in answers)
    if not details.is_empty:
        add_details(details, vote)
    request_refresh(kind=battle.kind)
    announce(battle.pk)
    return vote


def terms_of(battle: Battle) -> ConsentRevision:
    """Return the terms of a judgement: those of its battle, or newer ones that the rater has agreed to since."""
    if battle.consent_revision.is_in_force:
        return battle.consent_revision
    newer = terms_standing(study_id=battle.study_id, rater_id=battle.rater_id).agreed
    return newer or battle.consent_revision


def _existing_vote(battle_id: uuid.UUID) -> Vote:
    vote = Vote.objects.filter(battle=battle_id).select_related("battle").first()
    if vote is None:
        raise BattleClosedError
    return vote


@transaction.atomic
def skip_battle(*, battle_id: uuid.UUID, reason: str, note: str = "") -> Skip:
    """Close a battle without a vote and keep why; a repeated call returns the first skip.

    Raises
    ------
    UnknownChoiceError
        When `reason` is unknown.
    BattleClosedError
        When the battle has a vote or has ended.
    """
    if reason not in Skip.Reason.values:
        raise UnknownChoiceError
    if not advance(Battle.objects.filter(pk=battle_id), to=Battle.Status.SKIPPED, ended_at=clock.now()):
        skip = Skip.objects.filter(battle=battle_id).first()
        if skip is None:
            raise BattleClosedError
        return skip
    stop_running(battle_id)
    skip = Skip.objects.create(battle_id=battle_id, reason=reason, note=note.strip()[: Skip.NOTE_CHARS])
    announce(battle_id)
    return skip
