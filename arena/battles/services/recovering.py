"""Carry out what follows when a side has failed: another try, going on without it, another draw, or the end."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F
from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles import clock
from arena.battles.errors import NoContestantsError
from arena.battles.models import AbandonedDraw, Battle, Completion, CompletionQuerySet, Side, Turn
from arena.battles.protocols import way_of
from arena.battles.recovery import Situation, Step, next_step
from arena.battles.services.notify import announce
from arena.battles.services.starting import add_attempt, add_try, draw_from, drawable_contestants, snapshots_of
from arena.battles.services.turns import DROPPED, complete_turn, drop_unfinished, fail_turn
from arena.battles.sides import answering_snapshot
from arena.battles.streaming import stream_key
from models_registry.models import Contestant, ContestantSnapshot
from models_registry.redis_connection import client

logger = get_logger(__name__)

# With the stream went the knowledge whether the other side had text: then what was shown is not known either.
STREAM_LOST = "stream_lost"
NO_SNAPSHOTS = {f"snapshot_{side}": None for side in Side}


def recover(*, battle: Battle, turn: Turn, completion: Completion) -> None:
    """Do what follows the failure of `completion`. Needs a transaction that has locked battle and turn.

    Nothing happens when the turn does not run any more, or the completion is of an earlier attempt.
    """
    is_current = turn.status == Turn.Status.RUNNING and turn.attempt == completion.attempt and not completion.replaced
    if battle.status != Battle.Status.OPEN or not is_current:
        return
    step = next_step(_situation(battle, turn, completion))
    logger.info("side_failed", completion=completion.pk, kind=completion.failure, step=step.name.lower())
    if step is Step.TRY_AGAIN:
        _try_again(battle, turn, completion)
    elif step is Step.LEAVE_OUT:
        complete_turn(turn)
        announce(battle.pk)
    elif step is Step.END or not _draw_again(battle, turn, completion):
        fail_turn(turn_id=turn.pk, attempt=turn.attempt, failure=completion.failure)


def _situation(battle: Battle, turn: Turn, completion: Completion) -> Situation:
    draws = 1 + battle.abandoned_draws.count()
    return Situation(
        failure=completion.failure,
        tries=completion.try_number,
        draws=draws,
        shown=_may_have_been_shown(completion),
        late=clock.now() - turn.started_at > timedelta(seconds=settings.TURN_DEADLINE / 2),
        # Every draw begins one attempt; one more means that the rater stopped or retried, and may have seen something.
        replaceable=turn.index == 0 and turn.attempt == draws,
        others=_others(completion).count(),
    )


def _others(completion: Completion) -> CompletionQuerySet:
    """Return the other sides of the attempt that still stand."""
    rows = Completion.objects.current().filter(turn=completion.turn_id).exclude(side=completion.side)
    return rows.exclude(status=Completion.Status.FAILED)


def _may_have_been_shown(completion: Completion) -> bool:
    """Tell whether the rater may have seen text of this attempt: that takes text on all sides."""
    if not completion.text.strip():
        return False
    if completion.failure == STREAM_LOST:
        return True
    others = _others(completion).only("text")
    try:
        return all(other.text or client().exists(stream_key(other.pk)) for other in others)
    except RedisError:
        return True


def _try_again(battle: Battle, turn: Turn, completion: Completion) -> None:
    snapshot = answering_snapshot(battle, side=completion.side, turn_index=turn.index)
    Completion.objects.filter(pk=completion.pk).update(replaced=True)
    add_try(
        turn=turn,
        side=completion.side,
        endpoint=snapshot.contestant.endpoint,
        try_number=completion.try_number + 1,
    )
    announce(battle.pk)


def _draw_again(battle: Battle, turn: Turn, completion: Completion) -> bool:
    """Give the battle other contestants, without those that failed in it. Returns whether there were enough."""
    contestants = _untried(battle, turn)
    try:
        draw = draw_from(contestants, way_of(battle.protocol))
    except NoContestantsError:
        return False
    _keep_draw(battle, turn, completion)
    drop_unfinished(turn, status=Completion.Status.STOPPED, failure=DROPPED)
    snapshots: dict[str, ContestantSnapshot | None] = {**NO_SNAPSHOTS, **snapshots_of(draw, contestants)}
    for name, snapshot in snapshots.items():
        setattr(battle, name, snapshot)
    battle.matchmaker, battle.draw_probability, battle.draw_seed = draw.matchmaker, draw.probability, draw.seed
    battle.save(update_fields=[*snapshots, "matchmaker", "draw_probability", "draw_seed"])
    Turn.objects.filter(pk=turn.pk).update(attempt=F("attempt") + 1)
    turn.refresh_from_db()
    add_attempt(battle=battle, turn=turn)
    announce(battle.pk)
    return True


def _untried(battle: Battle, turn: Turn) -> dict[int, Contestant]:
    sides = Completion.objects.current().filter(turn=turn, status=Completion.Status.FAILED)
    failed = {_contestant_of(battle, side) for side in sides.values_list("side", flat=True)}
    failed |= {_contestant_of(earlier, earlier.failed_side) for earlier in battle.abandoned_draws.all()}
    return {contestant.pk: contestant for contestant in drawable_contestants() if contestant.pk not in failed}


def _contestant_of(draw: Battle | AbandonedDraw, side: str) -> int:
    contestant: int = getattr(draw, f"snapshot_{side}").contestant_id
    return contestant


def _keep_draw(battle: Battle, turn: Turn, completion: Completion) -> None:
    AbandonedDraw.objects.create(
        battle=battle,
        attempt=turn.attempt,
        snapshot_a=battle.snapshot_a,
        snapshot_b=battle.snapshot_b,
        snapshot_c=battle.snapshot_c,
        snapshot_d=battle.snapshot_d,
        matchmaker=battle.matchmaker,
        draw_probability=battle.draw_probability,
        draw_seed=battle.draw_seed,
        failed_side=completion.side,
        failure=completion.failure,
    )
