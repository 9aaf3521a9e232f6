"""Tell which models can answer, from what the generation worker says of itself in Redis."""

import asyncio
import json
from collections.abc import Callable

import redis.asyncio
from redis.exceptions import RedisError

from models_registry.heartbeat import PREFIX

PAUSE = 0.5


async def tell_when_models_are_ready(redis_url: str, say: Callable[[str], None]) -> None:
    """Say which models are ready and which failed, as it happens; return when none is left to wait for.

    What was in Redis before is ignored: it is from a worker of an earlier run, and expires soon.
    """
    known: set[str] = set()
    told: set[str] = set()
    async with redis.asyncio.Redis.from_url(redis_url, decode_responses=True) as client:
        earlier = {key async for key in client.scan_iter(match=PREFIX + "*")}
        while True:
            try:
                ready, loading, failed = await _states(client, earlier)
            except RedisError:
                ready, loading, failed = set(), set(), set()
            # A model that is loaded and still warms up is for a moment neither loading nor ready.
            known |= ready | loading | failed
            for name in sorted(failed - told):
                say(f"The model {name} could not be loaded; the generation log says why.")
            for name in sorted(ready - told):
                say(f"Model ready: {name}.")
            if known and known == ready | failed:
                say(f"{len(ready)} of {len(known)} models are ready.")
                return
            told |= ready | failed
            await asyncio.sleep(PAUSE)


async def _states(client: "redis.asyncio.Redis", earlier: set[str]) -> tuple[set[str], set[str], set[str]]:
    keys = [key async for key in client.scan_iter(match=PREFIX + "*") if key not in earlier]
    states = [json.loads(value) for value in await client.mget(keys) if value] if keys else []
    return _named(states, "ready"), _named(states, "loading"), _named(states, "failed")


def _named(states: list[dict[str, list[str]]], key: str) -> set[str]:
    return {name for state in states for name in state[key]}
