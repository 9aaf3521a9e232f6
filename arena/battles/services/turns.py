"""Go on with a battle: another turn, a stop, a retry, the end of a turn that takes too long."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from arena.battles.errors import BattleClosedError, ConversationFullError, TurnRunningError
from arena.battles.limits import conversation_is_full
from arena.battles.models import Battle, Completion, Turn
from arena.battles.services.dispatch import cancel_on_commit
from arena.battles.services.notify import announce
from arena.battles.services.starting import add_attempt, add_turn, screened_prompt

UNFINISHED = (Completion.Status.QUEUED, Completion.Status.RUNNING)


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
    answers = Completion.objects.filter(turn__battle=battle, attempt=F("turn__attempt")).values_list("text", flat=True)
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
    turn = battle.turns.order_by("index").last()
    if turn is None or turn.status in {Turn.Status.STOPPED, Turn.Status.FAILED} or turn.is_released:
        return False
    turn.status, turn.stopped_at, turn.released_at = Turn.Status.STOPPED, timezone.now(), None
    turn.save(update_fields=["status", "stopped_at", "released_at"])
    drop_unfinished(turn, status=Completion.Status.STOPPED)
    announce(battle.pk)
    return True


def drop_unfinished(turn: Turn, *, status: Completion.Status, failure: str = "") -> None:
    """End what still waits or runs of the turn's current attempt, and tell the workers."""
    open_ones = Completion.objects.filter(turn=turn, attempt=turn.attempt, status__in=UNFINISHED)
    ids = list(open_ones.values_list("pk", flat=True))
    open_ones.update(status=status, failure=failure, finished_at=timezone.now())
    cancel_on_commit(ids)


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
    if turn is None or turn.status not in {Turn.Status.STOPPED, Turn.Status.FAILED}:
        raise TurnRunningError
    turn.attempt += 1
    turn.status, turn.failure, turn.stopped_at = Turn.Status.RUNNING, "", None
    turn.started_at = timezone.now()
    turn.save(update_fields=["attempt", "status", "failure", "stopped_at", "started_at"])
    add_attempt(battle=battle, turn=turn)
    announce(battle.pk)
    return turn


@transaction.atomic
def fail_turn(*, turn_id: int, attempt: int, failure: str) -> bool:
    """Mark an attempt of a turn as failed and drop what still runs. Returns whether this call did it.

    Harmless to repeat: only a running turn in this very attempt changes.
    """
    turn = Turn.objects.select_for_update().get(pk=turn_id)
    if turn.status != Turn.Status.RUNNING or turn.attempt != attempt:
        return False
    turn.status, turn.failure, turn.stopped_at = Turn.Status.FAILED, failure, timezone.now()
    turn.save(update_fields=["status", "failure", "stopped_at"])
    drop_unfinished(turn, status=Completion.Status.FAILED, failure=failure)
    announce(turn.battle_id)
    return True


def close_overdue_turns() -> int:
    """Fail the turns that ran past the deadline, and return how many. The rater may retry each."""
    overdue = timezone.now() - timedelta(seconds=settings.TURN_DEADLINE)
    late = Turn.objects.filter(status=Turn.Status.RUNNING, started_at__lt=overdue).values_list("pk", "attempt")
    return sum(fail_turn(turn_id=turn_id, attempt=attempt, failure="timeout") for turn_id, attempt in late[:500])
