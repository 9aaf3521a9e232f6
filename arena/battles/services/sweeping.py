"""What nobody else would notice: turns past their deadline, workers that died, messages that got lost.

Runs every few seconds. Everything here may run twice at the same time and may be missed; nothing depends on it but how
soon a rater is told.
"""

from datetime import timedelta

from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles import clock
from arena.battles.models import Battle, Completion, CompletionQuerySet, Turn
from arena.battles.selectors import read_streams
from arena.battles.services.completing import fail_completion
from arena.battles.services.dispatch import send_completion, waiting_messages
from arena.battles.services.turns import close_overdue_turns
from models_registry.liveness import silent_workers

logger = get_logger(__name__)

WORKER_LOST = "worker_lost"
# A worker that has just begun may not have shown itself yet; a message that has just been sent is on its way.
GRACE = timedelta(seconds=5)
AT_ONCE = 500


def sweep_battles() -> None:
    """Bring every battle that stands still to where its rater is told, or to another try."""
    close_overdue_turns()
    try:
        fail_lost_completions()
        send_lost_messages()
    except RedisError:
        logger.warning("sweep_without_redis")


def fail_lost_completions() -> int:
    """Fail the completions whose worker has fallen silent, and return how many. They may be tried again elsewhere.

    Raises
    ------
    redis.exceptions.RedisError
        When nobody knows who is alive.
    """
    running = _open_completions(Completion.Status.RUNNING).filter(started_at__lt=clock.now() - GRACE).exclude(worker="")
    silent = silent_workers(set(running.values_list("worker", flat=True)))
    lost = list(running.filter(worker__in=silent).values_list("pk", flat=True)[:AT_ONCE])
    for completion_id, answer in zip(lost, read_streams(lost) if lost else [], strict=True):
        logger.warning("worker_lost", completion=completion_id)
        fail_completion(completion_id=completion_id, failure=WORKER_LOST, answer=answer)
    return len(lost)


def send_lost_messages() -> int:
    """Send again what waits for a worker while its queue is empty, and return how many messages that were.

    A message that is only late is sent twice, which is harmless: one completion is claimed once.

    Raises
    ------
    redis.exceptions.RedisError
        When the broker cannot be asked.
    """
    waiting = _open_completions(Completion.Status.QUEUED).filter(queued_at__lt=clock.now() - GRACE)
    rows = list(waiting.values_list("pk", "endpoint__queue").order_by("queued_at")[:AT_ONCE])
    empty = {queue for queue in {queue for _, queue in rows if queue} if not waiting_messages(queue)}
    lost = [(completion_id, queue) for completion_id, queue in rows if queue in empty]
    for completion_id, queue in lost:
        send_completion(completion_id, queue=queue)
    return len(lost)


def _open_completions(status: Completion.Status) -> CompletionQuerySet:
    return Completion.objects.current().filter(
        status=status, turn__status=Turn.Status.RUNNING, turn__battle__status=Battle.Status.OPEN
    )
