"""The present as Redis sees it."""

import time

import redis

from arena.battles.clock import SharedClock

HOUR_MS = 3_600_000.0


def test_now_follows_the_source_and_not_this_machine() -> None:
    clock = SharedClock(lambda: 1000 * time.time() - HOUR_MS)

    now = clock.now_ms()

    assert abs(now - (1000 * time.time() - HOUR_MS)) < 1000


def test_now_goes_on_while_the_source_is_away() -> None:
    answers = iter([5000.0])

    def source() -> float:
        for answer in answers:
            return answer
        raise redis.ConnectionError

    clock = SharedClock(source)
    first = clock.now_ms()
    clock.refresh()
    time.sleep(0.02)

    assert 5000 <= first < clock.now_ms() < 6000


def test_now_without_any_source_is_that_of_this_machine() -> None:
    def source() -> float:
        raise redis.ConnectionError

    assert abs(SharedClock(source).now_ms() - 1000 * time.time()) < 1000
