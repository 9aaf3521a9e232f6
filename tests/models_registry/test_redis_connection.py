import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

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
