"""Connections to Redis for streams and heartbeats; cache, broker and channel layer have their own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import redis
import redis.asyncio
from django.conf import settings

SECONDS = 5
# What more threads or tasks ask at once waits its turn: left alone, redis raises from the hundredth on.
POOL: dict[str, Any] = {
    "max_connections": 16,
    "timeout": SECONDS,
    "decode_responses": True,
    "socket_connect_timeout": SECONDS,
    "health_check_interval": 30,
}


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """Return the process-wide client (thread-safe, answers are text)."""
    pool = redis.BlockingConnectionPool.from_url(settings.REDIS_URL, **POOL, socket_timeout=SECONDS)
    return redis.Redis.from_pool(pool)


def async_client() -> redis.asyncio.Redis:
    """Return a new client for the running event loop; the caller closes it with `aclose`.

    It has no time limit of its own: redis-py would write each command in a task of its own, which costs time and,
    before Python 3.12, loses a cancellation that comes meanwhile. Use `within_seconds` not to wait for ever.
    """
    pool = redis.asyncio.BlockingConnectionPool.from_url(settings.REDIS_URL, **POOL, socket_timeout=None)
    return redis.asyncio.Redis.from_pool(pool)


@asynccontextmanager
async def within_seconds() -> AsyncIterator[None]:
    """Let Redis answer within a few seconds.

    Raises
    ------
    redis.TimeoutError
        When it does not.
    """
    try:
        async with asyncio.timeout(SECONDS):
            yield
    except TimeoutError as error:
        message = f"Redis did not answer within {SECONDS} seconds"
        raise redis.TimeoutError(message) from error
