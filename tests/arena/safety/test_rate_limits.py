import socket
import time

import redis

from arena.safety.rate_limits import Activity, Caller, RateLimiter

NOBODY_LISTENS = "redis://127.0.0.1:1/0"
RATES = {
    "prompt": "2/minute;3/hour",
    "proposal": "2/minute",
    "vote": "2/minute",
    "socket": "2/minute",
    "page": "2/minute",
}


def limiter(url: str, **rates: str) -> RateLimiter:
    return RateLimiter(url, rates={**RATES, **rates}, network_factor=3)


def test_rater_is_stopped_at_the_rate_and_told_how_long(redis_client: redis.Redis, live_services) -> None:
    limits, rater = limiter(live_services.redis.url), Caller(rater="one")

    waits = [limits.seconds_to_wait(Activity.VOTE, rater) for _ in range(3)]

    assert waits[:2] == [0, 0]
    assert 1 <= waits[2] <= 60


def test_activities_raters_and_accounts_are_counted_apart(redis_client: redis.Redis, live_services) -> None:
    limits = limiter(live_services.redis.url)
    for _ in range(2):
        limits.seconds_to_wait(Activity.VOTE, Caller(rater="one"))

    others = [
        limits.seconds_to_wait(Activity.PAGE, Caller(rater="one")),
        limits.seconds_to_wait(Activity.VOTE, Caller(rater="two")),
        limits.seconds_to_wait(Activity.VOTE, Caller(account="one")),
    ]

    assert others == [0, 0, 0]


def test_account_with_many_raters_is_one_caller(redis_client: redis.Redis, live_services) -> None:
    limits = limiter(live_services.redis.url)

    waits = [limits.seconds_to_wait(Activity.VOTE, Caller(rater=name, account="1")) for name in ("a", "b", "c")]

    assert [wait > 0 for wait in waits] == [False, False, True]


def test_address_range_has_room_for_several_people(redis_client: redis.Redis, live_services) -> None:
    limits = limiter(live_services.redis.url)

    waits = [limits.seconds_to_wait(Activity.VOTE, Caller(rater=str(n), network="net")) for n in range(7)]

    assert [wait > 0 for wait in waits] == [False] * 6 + [True]


def test_two_processes_share_their_counts(redis_client: redis.Redis, live_services) -> None:
    first, second = limiter(live_services.redis.url), limiter(live_services.redis.url)

    waits = [one.seconds_to_wait(Activity.VOTE, Caller(rater="one")) for one in (first, second, first)]

    assert waits[2] > 0


def test_unknown_caller_is_never_stopped(redis_client: redis.Redis, live_services) -> None:
    limits = limiter(live_services.redis.url)

    assert [limits.seconds_to_wait(Activity.VOTE, Caller()) for _ in range(5)] == [0] * 5


def test_outage_lets_everybody_go_on_and_is_asked_once(caplog) -> None:
    limits = limiter(NOBODY_LISTENS)

    waits = [limits.seconds_to_wait(Activity.VOTE, Caller(rater="one")) for _ in range(5)]

    assert waits == [0] * 5
    assert caplog.text.count("rate_limit_unknown") == 1


def test_silent_redis_costs_less_than_a_second() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        limits = limiter(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        began = time.monotonic()

        waits = [limits.seconds_to_wait(Activity.PAGE, Caller(rater="one", network="net")) for _ in range(20)]

    assert waits == [0] * 20
    assert time.monotonic() - began < 1


def test_nothing_of_the_address_is_kept(redis_client: redis.Redis, live_services) -> None:
    limiter(live_services.redis.url).seconds_to_wait(Activity.VOTE, Caller(network="0123abcd"))

    keys = [key.decode() for key in redis_client.scan_iter()]

    assert any("0123abcd" in key for key in keys)
    assert all(0 < redis_client.ttl(key) <= 120 for key in keys)
