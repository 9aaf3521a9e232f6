"""Connections to Redis for streams and heartbeats; cache, broker and channel layer have their own."""

from functools import lru_cache

import redis
import redis.asyncio
from django.conf import settings


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """Return the process-wide client (thread-safe, answers are text)."""
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, socket_timeout=5, health_check_interval=30)


def async_client() -> redis.asyncio.Redis:
    """Return a new client for the running event loop; the caller closes it with `aclose`."""
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL, decode_responses=True, socket_timeout=5, health_check_interval=30
    )
