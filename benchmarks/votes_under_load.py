"""How long a vote takes while people read: latency with open sockets and streaming answers, against a quiet server.

    python benchmarks/votes_under_load.py

Fifty battles have an open websocket each and an answer that streams on both sides; meanwhile fifteen votes a second
arrive for other battles, each by its own rater. Then fifty votes arrive at once. The web server, PostgreSQL and Redis
are real processes; the models are not: their text is written into the streams by this script.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
import websockets
from asgiref.sync import sync_to_async
from stack import running_services, running_web

CHARS_A_CHUNK = 12
CHUNK_SECONDS = 0.1


@dataclass(frozen=True)
class Ballot:
    """A battle that can be voted on, and the cookie of its rater."""

    battle: str
    cookie: str


def make_ballots(count: int, *, ready: bool) -> list[Ballot]:
    from tests.clients import rater_cookie  # noqa: PLC0415 - models need the settings
    from tests.factories import make_battle, make_ready_battle  # noqa: PLC0415

    make = make_ready_battle if ready else make_battle
    battles = [make(ARENA) for _ in range(count)]
    return [Ballot(str(battle.pk), rater_cookie(battle.rater)) for battle in battles]


def streams_of(ballots: Sequence[Ballot]) -> list[str]:
    from arena.battles.models import Completion  # noqa: PLC0415 - as above
    from arena.battles.streaming import stream_key  # noqa: PLC0415

    ids = Completion.objects.filter(turn__battle__in=[ballot.battle for ballot in ballots]).values_list("pk", flat=True)
    return [stream_key(completion_id) for completion_id in ids]


async def write_answers(keys: Sequence[str]) -> None:
    """Write text into every stream ten times a second until cancelled."""
    from models_registry.redis_connection import async_client  # noqa: PLC0415 - as above

    async with async_client() as connection:
        while True:
            began = time.monotonic()
            pipeline = connection.pipeline(transaction=False)
            for key in keys:
                pipeline.xadd(key, {"t": "x" * CHARS_A_CHUNK}, maxlen=4000)
            await pipeline.execute()
            await asyncio.sleep(max(0.0, CHUNK_SECONDS - (time.monotonic() - began)))


async def read_socket(url: str, ballot: Ballot, frames: list[int]) -> None:
    address = f"{url.replace('http', 'ws')}/ws/battles/{ballot.battle}/"
    headers = {"Cookie": f"parallax_rater={ballot.cookie}"}
    async with websockets.connect(address, additional_headers=headers, origin=url) as connection:
        async for _frame in connection:
            frames[0] += 1


async def cast(client: httpx.AsyncClient, ballot: Ballot) -> float:
    """Post a vote as the page does and return the seconds until the reveal is there."""
    token = "a" * 32
    cookie = f"parallax_rater={ballot.cookie}; csrftoken={token}"
    began = time.perf_counter()
    response = await client.post(
        f"/battles/{ballot.battle}/vote/",
        data={"winner": "model_a", "csrfmiddlewaretoken": token},
        headers={"Cookie": cookie, "HX-Request": "true", "Origin": str(client.base_url).rstrip("/")},
    )
    assert response.status_code == httpx.codes.OK, response.status_code
    assert "Your vote is saved." in response.text
    return time.perf_counter() - began


async def cast_at_rate(url: str, ballots: Sequence[Ballot], rate: float) -> list[float]:
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        tasks = []
        for ballot in ballots:
            tasks.append(asyncio.create_task(cast(client, ballot)))
            await asyncio.sleep(1 / rate)
        return list(await asyncio.gather(*tasks))


async def burst(url: str, ballots: Sequence[Ballot]) -> tuple[float, float]:
    """Post all at once; return the seconds until the last vote was stored, and until the last reveal was there."""
    from arena.battles.models import Vote  # noqa: PLC0415 - as above

    started = time.time()
    async with httpx.AsyncClient(base_url=url, timeout=30, limits=httpx.Limits(max_connections=50)) as client:
        began = time.perf_counter()
        await asyncio.gather(*(cast(client, ballot) for ballot in ballots))
        revealed = time.perf_counter() - began
    newest = await Vote.objects.filter(battle__in=[ballot.battle for ballot in ballots]).alatest("created_at")
    return newest.created_at.timestamp() - started, revealed


def line(name: str, seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    milliseconds = [
        1000 * value for value in (statistics.median(ordered), ordered[int(0.99 * len(ordered))], ordered[-1])
    ]
    return (
        f"{name:32s} median {milliseconds[0]:6.1f} ms   99 % {milliseconds[1]:6.1f} ms   most {milliseconds[2]:6.1f} ms"
    )


async def measure(url: str, options: argparse.Namespace) -> None:
    make = sync_to_async(make_ballots)
    await cast_at_rate(url, await make(20, ready=True), options.rate)  # warm
    quiet = await cast_at_rate(url, await make(options.votes, ready=True), options.rate)
    print(line("quiet server", quiet))
    readers = await make(options.sockets, ready=False)
    ballots, at_once = await make(options.votes, ready=True), await make(options.burst, ready=True)
    frames = [0]
    background = [asyncio.create_task(write_answers(await sync_to_async(streams_of)(readers)))]
    background += [asyncio.create_task(read_socket(url, ballot, frames)) for ballot in readers]
    await asyncio.sleep(3)
    began, before = time.perf_counter(), frames[0]
    loaded = await cast_at_rate(url, ballots, options.rate)
    per_second = (frames[0] - before) / (time.perf_counter() - began)
    print(line(f"{options.sockets} sockets streaming", loaded))
    print(f"ratio of the medians {statistics.median(loaded) / statistics.median(quiet):.2f}, {per_second:.0f} frames/s")
    stored, revealed = await burst(url, at_once)
    print(f"{options.burst} votes at once: all stored after {stored:.2f} s, all revealed after {revealed:.2f} s")
    for task in background:
        task.cancel()
    await asyncio.gather(*background, return_exceptions=True)


def check_stored(options: argparse.Namespace) -> None:
    from arena.battles.models import Vote  # noqa: PLC0415 - as above

    expected = 20 + 2 * options.votes + options.burst
    assert Vote.objects.count() == expected, (Vote.objects.count(), expected)
    print(f"{expected} votes posted, {expected} stored")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=50)
    parser.add_argument("--rate", type=float, default=15.0)
    parser.add_argument("--votes", type=int, default=300)
    parser.add_argument("--burst", type=int, default=50)
    arguments = parser.parse_args()
    with running_services():
        from tests.factories import make_arena  # models need the settings

        ARENA = make_arena()
        with running_web() as address:
            asyncio.run(measure(address, arguments))
        check_stored(arguments)
