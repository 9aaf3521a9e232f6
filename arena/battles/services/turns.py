"""Go on with a battle: another turn, a stop, a retry, the end of a turn that takes too long."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from arena.battles import clock
from arena.battles.errors import BattleClosedError, ConversationFullError, TurnRunningError
from arena.battles.limits import conversation_is_full
from arena.battles.models import Battle, Completion, Turn
from arena.battles.services.dispatch import cancel_on_commit
from arena.battles.services.notify import announce
from arena.battles.services.starting import add_attempt, add_turn, screened_prompt
from arena.battles.states import advance

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
        .select_related("snapshot_a__contestant__endpoint", "snapshot_b__contestant__endpoint")
        .get(pk=battle_id)
    )
    if battle.status != Battle.Status.OPEN:
        raise BattleClosedError
    return battle


@transaction.atomic
def continue_battle(*, battle_id: uuid.UUID, prompt: str) -> Turn:
    """Add a turn with the same pair.

    Raises
    ------
    PromptRefusedError, BattleClosedError, TurnRunningError, ConversationFullError
        When the text, the battle or the current turn does not allow it.
    """
    text = screened_prompt(prompt)
    battle = lock_open_battle(battle_id=battle_id)
    turns = list(battle.turns.order_by("index"))
    last = turns[-1]
    if last.status != Turn.Status.COMPLETE or not last.is_released:
        raise TurnRunningError
    answers = Completion.objects.current().filter(turn__battle=battle).values_list("text", flat=True)
    characters = sum(len(turn.prompt) for turn in turns) + sum(map(len, answers)) + len(text)
    if conversation_is_full(turns=len(turns), characters=characters):
        raise ConversationFullError
    turn = add_turn(battle=battle, index=last.index + 1, prompt=text)
    announce(battle.pk)
    return turn


@transaction.atomic
def stop_turn(*, battle_id: uuid.UUID) -> bool:
    """End both sides of the running turn where they stand. Returns whether there was one to stop.

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
    """Answer the stopped or failed turn again, on both sides; the earlier attempt is kept.

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


def close_overdue_turns() -> int:
    """Fail the turns that ran past the deadline, and return how many. The rater may retry each."""
    overdue = clock.now() - timedelta(seconds=settings.TURN_DEADLINE)
    late = Turn.objects.filter(status=Turn.Status.RUNNING, started_at__lt=overdue).values_list("pk", "attempt")
    return sum(_time_out(turn_id=turn_id, attempt=attempt) for turn_id, attempt in late[:500])


@transaction.atomic
def _time_out(*, turn_id: int, attempt: int) -> bool:
    """Fail an attempt of which neither side has failed by itself; the sides that still worked are to blame."""
    turn = Turn.objects.select_for_update().get(pk=turn_id)
    if turn.attempt == attempt:
        working = Completion.objects.filter(turn=turn, attempt=attempt, status=Completion.Status.RUNNING)
        cancel_on_commit(list(working.values_list("pk", flat=True)))
        advance(working, to=Completion.Status.FAILED, failure="timeout", finished_at=clock.now())
    return fail_turn(turn_id=turn_id, attempt=attempt, failure="timeout")
