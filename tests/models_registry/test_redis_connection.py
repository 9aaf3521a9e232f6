import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import redis

from models_registry import redis_connection
from models_registry.redis_connection import async_client, client

# More than the connections that redis hands out by default.
AT_ONCE = 150


async def test_many_commands_of_a_loop_wait_their_turn():
    async with async_client() as connection:
        answers = await asyncio.gather(*(connection.ping() for _ in range(AT_ONCE)))

    assert answers == [True] * AT_ONCE


def test_many_threads_wait_their_turn():
    together = Barrier(AT_ONCE)

    def ask(_thread: int) -> bool:
        together.wait(30)
        return client().ping()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(ask, range(AT_ONCE)))

    assert answers == [True] * AT_ONCE


async def test_cancelled_command_never_goes_on():
    async def ask_for_ever() -> None:
        async with async_client() as connection:
            while True:
                await connection.ping()

    async def outlives_its_cancellation(steps: int) -> bool:
        asking = asyncio.create_task(ask_for_ever())
        for _ in range(steps):
            await asyncio.sleep(0)
        asking.cancel()
        _, going_on = await asyncio.wait([asking], timeout=2)
        asking.cancel()
        return bool(going_on)

    assert not any([await outlives_its_cancellation(steps) for steps in range(30)])


async def test_silent_redis_is_a_timeout(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(redis_connection, "SECONDS", 0)

    with pytest.raises(redis.TimeoutError, match="did not answer"):
        async with redis_connection.within_seconds():
            await asyncio.sleep(5)
