"""The one reader of all streams, against a real Redis."""

import asyncio
import time

from arena.battles.feed import FRAME_SECONDS, LONGEST_FRAME_SECONDS, STREAMS_AT_FULL_RATE, frame_seconds, stream_feed

KEYS = ("gen:stream:test-a", "gen:stream:test-b")


async def say(redis_client, key: str, after: float) -> float:
    """Write a first piece of text, and return when."""
    await asyncio.sleep(after)
    redis_client.xadd(key, {"t": "Hello"})
    return time.perf_counter()


async def test_wait_for_text_ends_when_both_have_text_and_not_with_the_first(redis_client):
    async with stream_feed().watch(KEYS) as answers:
        first, second = (asyncio.create_task(say(redis_client, key, 0.3 * n)) for n, key in enumerate(KEYS))

        await stream_feed().wait_for_text(answers, 10.0)
        woken = time.perf_counter()

        assert [answer.text for answer in answers] == ["Hello", "Hello"]
        assert woken > await first
        # Far from the ten seconds, also on a busy machine; in peace it is a fifth of a frame.
        assert woken - await second < 5.0


async def test_wait_for_text_gives_up_in_time(redis_client):
    async with stream_feed().watch(KEYS) as answers:
        began = time.perf_counter()

        await stream_feed().wait_for_text(answers, 0.05)

        assert time.perf_counter() - began >= 0.04
        assert not any(answer.times for answer in answers)


async def test_wait_for_text_lets_a_frame_pass_when_text_is_there(redis_client):
    for key in KEYS:
        redis_client.xadd(key, {"t": "Hello"})
    async with stream_feed().watch(KEYS) as answers:
        began = time.perf_counter()

        await stream_feed().wait_for_text(answers, FRAME_SECONDS)

        assert time.perf_counter() - began >= 0.9 * FRAME_SECONDS


def test_frames_become_rarer_with_the_crowd_but_never_rare():
    few, twice, many = (frame_seconds(streams) for streams in (2, 2 * STREAMS_AT_FULL_RATE, 1000))

    assert (few, twice, many) == (FRAME_SECONDS, 2 * FRAME_SECONDS, LONGEST_FRAME_SECONDS)
