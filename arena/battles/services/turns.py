"""Go on with a battle: another turn, a stop, a retry, the end of a turn that takes too long."""

import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from arena.battles import clock
from arena.battles.errors import BattleClosedError, ConversationFullError, NotScoredError, TurnRunningError
from arena.battles.limits import conversation_is_full
from arena.battles.models import Battle, Completion, ScoredTurn, Turn
from arena.battles.pace import fully_released_at
from arena.battles.protocols import FEWEST_ANSWERS, way_of
from arena.battles.services.dispatch import cancel_on_commit
from arena.battles.services.notify import announce
from arena.battles.services.starting import add_attempt, add_turn, screened_prompt
from arena.battles.states import advance
from arena.battles.streaming import stored_log

UNFINISHED = (Completion.Status.QUEUED, Completion.Status.RUNNING)
# Why a side ended that did nothing wrong: the other one failed.
DROPPED = "dropped"


def lock_open_battle(*, battle_id: uuid.UUID) -> Battle:
    """Return the battle, locked until the transaction ends, with what a new attempt needs.

    Raises
    ------
    BattleClosedError
        When it is not open any more.
    """
    battle = (
        Battle.objects.select_for_update(of=("self",))
        .select_related("protocol", "snapshot_a__contestant__endpoint", "snapshot_b__contestant__endpoint")
        .get(pk=battle_id)
    )
    if battle.status != Battle.Status.OPEN:
        raise BattleClosedError
    return battle


@transaction.atomic
def continue_battle(*, battle_id: uuid.UUID, prompt: str) -> Turn:
    """Add a turn with the same contestants, or with the one that was chosen.

    Raises
    ------
    PromptRefusedError, BattleClosedError, TurnRunningError, NotScoredError, ConversationFullError
        When the text, the battle or the current turn does not allow it.
    """
    text = screened_prompt(prompt)
    battle = lock_open_battle(battle_id=battle_id)
    turns = list(battle.turns.order_by("index"))
    last = turns[-1]
    if last.status != Turn.Status.COMPLETE or not last.is_released:
        raise TurnRunningError
    answers = Completion.objects.current().filter(turn__battle=battle)
    if way_of(battle.protocol).is_scored:
        if not ScoredTurn.objects.filter(turn=last).exists():
            raise NotScoredError
        answers = answers.filter(chosen_in__isnull=False)
    characters = sum(len(turn.prompt) for turn in turns) + len(text)
    characters += sum(map(len, answers.values_list("text", flat=True)))
    if conversation_is_full(turns=len(turns), characters=characters):
        raise ConversationFullError
    turn = add_turn(battle=battle, index=last.index + 1, prompt=text)
    announce(battle.pk)
    return turn


@transaction.atomic
def stop_turn(*, battle_id: uuid.UUID) -> bool:
    """End all sides of the running turn where they stand. Returns whether there was one to stop.

    A turn whose answers are stored but not yet shown in full counts as running: nobody has seen its end.

    Raises
    ------
    BattleClosedError
        When the battle is not open any more.
    """
    battle = lock_open_battle(battle_id=battle_id)
    turn = battle.turns.select_for_update().order_by("index").last()
    if turn is None or turn.is_released:
        return False
    if not advance(_row(turn), to=Turn.Status.STOPPED, stopped_at=clock.now(), released_at=None):
        return False
    drop_unfinished(turn, status=Completion.Status.STOPPED)
    announce(battle.pk)
    return True


def drop_unfinished(turn: Turn, *, status: Completion.Status, failure: str = "") -> None:
    """End what still waits or runs of the turn's current attempt, and tell the workers."""
    open_ones = Completion.objects.filter(turn=turn, attempt=turn.attempt, status__in=UNFINISHED)
    ids = list(open_ones.values_list("pk", flat=True))
    advance(open_ones, to=status, failure=failure, finished_at=clock.now())
    cancel_on_commit(ids)


def stop_running(battle_id: uuid.UUID) -> None:
    """End what still runs of a battle that has just ended; needs a transaction."""
    for turn in Turn.objects.select_for_update().filter(battle=battle_id, status=Turn.Status.RUNNING):
        advance(_row(turn), to=Turn.Status.STOPPED, stopped_at=clock.now())
        drop_unfinished(turn, status=Completion.Status.STOPPED)


@transaction.atomic
def retry_turn(*, battle_id: uuid.UUID) -> Turn:
    """Answer the stopped or failed turn again, on all sides; the earlier attempt is kept.

    Two requests at once make one attempt: the second finds the turn running.

    Raises
    ------
    BattleClosedError, TurnRunningError
        When the battle is closed, or its turn is running or complete.
    """
    battle = lock_open_battle(battle_id=battle_id)
    turn = battle.turns.order_by("index").last()
    again = {"attempt": F("attempt") + 1, "failure": "", "stopped_at": None, "started_at": clock.now()}
    if turn is None or not advance(_row(turn), to=Turn.Status.RUNNING, **again):
        raise TurnRunningError
    turn.refresh_from_db()
    add_attempt(battle=battle, turn=turn)
    announce(battle.pk)
    return turn


def complete_turn(turn: Turn) -> bool:
    """Complete a running turn when all of its sides have ended and enough of them answered; return whether it was.

    Needs a transaction that has locked the turn. The sides that failed meanwhile are left out.
    """
    rows = Completion.objects.filter(turn=turn, attempt=turn.attempt, replaced=False)
    sides = list(rows.order_by("side").values_list("status", "arrivals", "ended_ms"))
    done = [stored_log(*arrived) for status, *arrived in sides if status == Completion.Status.DONE]
    if len(done) < FEWEST_ANSWERS or any(status in UNFINISHED for status, *_ in sides):
        return False
    released_at = datetime.fromtimestamp(fully_released_at(done) / 1000, tz=UTC)
    if not advance(_running(turn), to=Turn.Status.COMPLETE, released_at=released_at):
        return False
    announce(turn.battle_id)
    return True


@transaction.atomic
def fail_turn(*, turn_id: int, attempt: int, failure: str) -> bool:
    """Mark an attempt of a turn as failed and drop what still runs. Returns whether this call did it.

    Harmless to repeat: only a running turn in this very attempt changes.
    """
    turn = Turn.objects.select_for_update().get(pk=turn_id)
    rows = _row(turn).filter(attempt=attempt)
    if not advance(rows, to=Turn.Status.FAILED, failure=failure, stopped_at=clock.now()):
        return False
    drop_unfinished(turn, status=Completion.Status.STOPPED, failure=DROPPED)
    announce(turn.battle_id)
    return True


def _row(turn: Turn) -> QuerySet[Turn]:
    return Turn.objects.filter(pk=turn.pk)


def _running(turn: Turn) -> QuerySet[Turn]:
    return _row(turn).filter(attempt=turn.attempt)


def close_overdue_turns() -> int:
    """Fail the turns that ran past the deadline, and return how many. The rater may retry each."""
    overdue = clock.now() - timedelta(seconds=settings.TURN_DEADLINE)
    late = Turn.objects.filter(status=Turn.Status.RUNNING, started_at__lt=overdue).values_list("pk", "attempt")
    return sum(_time_out(turn_id=turn_id, attempt=attempt) for turn_id, attempt in late[:500])


@transaction.atomic
def _time_out(*, turn_id: int, attempt: int) -> bool:
    """End an attempt of which too few sides have failed by themselves; the sides that still worked are to blame.

    Where enough have answered, it goes on without the others; else it fails. Returns whether this call ended it.
    """
    turn = Turn.objects.select_for_update().get(pk=turn_id)
    if turn.attempt == attempt:
        sides = Completion.objects.filter(turn=turn, attempt=attempt, replaced=False)
        enough = sides.filter(status=Completion.Status.DONE).count() >= FEWEST_ANSWERS
        working = sides.filter(status__in=UNFINISHED if enough else [Completion.Status.RUNNING])
        cancel_on_commit(list(working.values_list("pk", flat=True)))
        advance(working, to=Completion.Status.FAILED, failure="timeout", finished_at=clock.now())
        if enough and complete_turn(turn):
            return True
    return fail_turn(turn_id=turn_id, attempt=attempt, failure="timeout")
