"""Connections to Redis for streams and heartbeats; cache, broker and channel layer have their own."""

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
    "socket_timeout": SECONDS,
    "health_check_interval": 30,
}


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """Return the process-wide client (thread-safe, answers are text)."""
    return redis.Redis.from_pool(redis.BlockingConnectionPool.from_url(settings.REDIS_URL, **POOL))


def async_client() -> redis.asyncio.Redis:
    """Return a new client for the running event loop; the caller closes it with `aclose`."""
    return redis.asyncio.Redis.from_pool(redis.asyncio.BlockingConnectionPool.from_url(settings.REDIS_URL, **POOL))
