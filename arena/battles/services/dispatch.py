"""Send completions to the workers, and tell the workers to drop them."""

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles.models import Completion
from arena.battles.streaming import CANCEL_CHANNEL
from models_registry.redis_connection import client

logger = get_logger(__name__)


def dispatch_on_commit(completion: Completion, *, queue: str) -> None:
    """Enqueue one completion on the queue of its contestant's endpoint once the transaction has committed."""
    completion_id = completion.pk
    transaction.on_commit(lambda: send_completion(completion_id, queue=queue))


def send_completion(completion_id: int, *, queue: str) -> None:
    """Enqueue a completion now. When the broker is away nothing is raised: the sweep sends it again."""
    try:
        current_app.send_task("battles.complete", kwargs={"completion_id": completion_id}, queue=queue, retry=False)
    except (OperationalError, RedisError, OSError):
        logger.warning("completion_not_sent", completion=completion_id)


def waiting_messages(queue: str) -> int:
    """Return how many messages wait on a queue, those aside that a worker has taken.

    Raises
    ------
    redis.exceptions.RedisError
        When the broker cannot be asked.
    """
    return int(str(client().llen(queue)))


def cancel_on_commit(completion_ids: list[int]) -> None:
    """Ask the workers to stop these completions; one that cannot be reached ends by its own limits."""
    if completion_ids:
        transaction.on_commit(lambda: _publish(completion_ids))


def _publish(completion_ids: list[int]) -> None:
    try:
        for completion_id in completion_ids:
            client().publish(CANCEL_CHANNEL, str(completion_id))
    except RedisError:
        logger.warning("cancel_not_sent", completions=completion_ids)
