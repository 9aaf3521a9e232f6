"""Remove the streamed text of answers that are erased."""

from django.db import transaction
from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles.streaming import stream_key
from models_registry.redis_connection import client

logger = get_logger(__name__)
AT_ONCE = 500


def forget_on_commit(completion_ids: list[int]) -> None:
    """Delete the streams of these completions once the transaction has committed; else they expire within the hour."""
    transaction.on_commit(lambda: _forget([stream_key(pk) for pk in completion_ids]), robust=True)


def _forget(keys: list[str]) -> None:
    try:
        for first in range(0, len(keys), AT_ONCE):
            client().delete(*keys[first : first + AT_ONCE])
    except RedisError:
        logger.warning("erased_streams_left_to_expire")
