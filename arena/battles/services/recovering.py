"""Carry out what follows when a side has failed: another try, another pair, or the end of the turn."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F
from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles import clock
from arena.battles.errors import NoContestantsError
from arena.battles.models import AbandonedDraw, Battle, Completion, Side, Turn
from arena.battles.recovery import Situation, Step, next_step
from arena.battles.services.notify import announce
from arena.battles.services.starting import add_attempt, add_try, draw_from, drawable_contestants
from arena.battles.services.turns import DROPPED, drop_unfinished, fail_turn
from arena.battles.streaming import stream_key
from models_registry.models import Contestant
from models_registry.redis_connection import client
from models_registry.services import snapshot_contestant

logger = get_logger(__name__)

# With the stream went the knowledge whether the other side had text: then what was shown is not known either.
STREAM_LOST = "stream_lost"


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
    )


def _may_have_been_shown(completion: Completion) -> bool:
    """Tell whether the rater may have seen text of this attempt: that takes text on both sides."""
    if not completion.text.strip():
        return False
    if completion.failure == STREAM_LOST:
        return True
    other = Completion.objects.current().filter(turn=completion.turn_id).exclude(side=completion.side).get()
    try:
        return bool(other.text or client().exists(stream_key(other.pk)))
    except RedisError:
        return True


def _try_again(battle: Battle, turn: Turn, completion: Completion) -> None:
    snapshot = battle.snapshot_a if completion.side == Side.A else battle.snapshot_b
    Completion.objects.filter(pk=completion.pk).update(replaced=True)
    add_try(
        turn=turn,
        side=completion.side,
        endpoint=snapshot.contestant.endpoint,
        try_number=completion.try_number + 1,
    )
    announce(battle.pk)


def _draw_again(battle: Battle, turn: Turn, completion: Completion) -> bool:
    """Give the battle another pair, without those that failed in it. Returns whether there was one."""
    contestants = _untried(battle, completion)
    try:
        draw = draw_from(contestants)
    except NoContestantsError:
        return False
    _keep_draw(battle, turn, completion)
    drop_unfinished(turn, status=Completion.Status.STOPPED, failure=DROPPED)
    battle.snapshot_a = snapshot_contestant(contestant=contestants[draw.a])
    battle.snapshot_b = snapshot_contestant(contestant=contestants[draw.b])
    battle.matchmaker, battle.draw_probability, battle.draw_seed = draw.matchmaker, draw.probability, draw.seed
    battle.save(update_fields=["snapshot_a", "snapshot_b", "matchmaker", "draw_probability", "draw_seed"])
    Turn.objects.filter(pk=turn.pk).update(attempt=F("attempt") + 1)
    turn.refresh_from_db()
    add_attempt(battle=battle, turn=turn)
    announce(battle.pk)
    return True


def _untried(battle: Battle, completion: Completion) -> dict[int, Contestant]:
    failed = {_contestant_of(battle, completion.side)}
    failed |= {_contestant_of(earlier, earlier.failed_side) for earlier in battle.abandoned_draws.all()}
    return {contestant.pk: contestant for contestant in drawable_contestants() if contestant.pk not in failed}


def _contestant_of(draw: Battle | AbandonedDraw, side: str) -> int:
    return (draw.snapshot_a if side == Side.A else draw.snapshot_b).contestant_id


def _keep_draw(battle: Battle, turn: Turn, completion: Completion) -> None:
    AbandonedDraw.objects.create(
        battle=battle,
        attempt=turn.attempt,
        snapshot_a=battle.snapshot_a,
        snapshot_b=battle.snapshot_b,
        matchmaker=battle.matchmaker,
        draw_probability=battle.draw_probability,
        draw_seed=battle.draw_seed,
        failed_side=completion.side,
        failure=completion.failure,
    )
