"""Which workers have fallen silent: the other side of the heartbeat."""

from collections.abc import Collection

from models_registry.heartbeat import LIFETIME_SECONDS, PREFIX
from models_registry.redis_connection import client


def silent_workers(names: Collection[str]) -> frozenset[str]:
    """Return those of the named workers that have not been heard of for `LIFETIME_SECONDS`.

    None while Redis itself is younger than that: it may have forgotten who is alive.

    Raises
    ------
    redis.exceptions.RedisError
        When Redis cannot be asked: then nobody knows.
    """
    ordered = sorted(names)
    if not ordered or client().info("server")["uptime_in_seconds"] <= LIFETIME_SECONDS:
        return frozenset()
    beats = client().mget([PREFIX + name for name in ordered])
    return frozenset(name for name, beat in zip(ordered, beats, strict=True) if beat is None)
