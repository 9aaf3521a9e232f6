"""How often somebody may ask: one limiter for prompts, votes, sockets and pages, counting in Redis.

Counts are kept for whoever is known of a caller: the rater, the account, and the address range, which many people may
share and which is therefore given more. When Redis cannot be asked, nobody knows, and everybody may go on: a limiter is
there against floods, and an outage must not turn away people.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import ceil

from django.conf import settings
from limits import RateLimitItem, parse_many
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.exceptions import RedisError
from structlog import get_logger

logger = get_logger(__name__)

# A page must not wait for a Redis that does not answer, nor ask it again at once.
ANSWER_SECONDS = 0.25
PAUSE_SECONDS = 5.0


class Activity(StrEnum):
    """What is counted apart."""

    PROMPT = "prompt"
    PROPOSAL = "proposal"
    VOTE = "vote"
    SOCKET = "socket"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of whoever asks; empty is unknown. `network` is a hash, never an address."""

    rater: str = ""
    account: str = ""
    network: str = ""


class RateLimiter:
    """Counts in sliding windows, shared by all processes that ask the same Redis."""

    def __init__(self, url: str, *, rates: Mapping[str, str], network_factor: int) -> None:
        storage = RedisStorage(
            url, key_prefix="rates", socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
        )
        self._windows = SlidingWindowCounterRateLimiter(storage)
        self._rates = {activity: parse_many(rates[activity]) for activity in Activity}
        self._network_factor = network_factor
        self._asks_again_at = 0.0

    def seconds_to_wait(self, activity: Activity, caller: Caller) -> int:
        """Count one more and return 0, or return after how many seconds it is worth asking again.

        Never raises: 0 as well when Redis does not answer, which is logged once for each pause of five seconds.
        """
        if time.monotonic() < self._asks_again_at:
            return 0
        try:
            return self._count(activity, caller)
        except (RedisError, OSError):
            self._asks_again_at = time.monotonic() + PAUSE_SECONDS
            logger.warning("rate_limit_unknown", activity=activity.value)
            return 0

    def _count(self, activity: Activity, caller: Caller) -> int:
        for item, *key in self._items(activity, caller):
            if not self._windows.hit(item, activity.value, *key):
                reset = self._windows.get_window_stats(item, activity.value, *key).reset_time
                return max(1, ceil(reset - time.time()))
        return 0

    def _items(self, activity: Activity, caller: Caller) -> Iterator[tuple[RateLimitItem, str, str]]:
        for item in self._rates[activity]:
            if caller.account:
                yield item, "account", caller.account
            if caller.rater:
                yield item, "rater", caller.rater
            if caller.network:
                shared = type(item)(item.amount * self._network_factor, item.multiples)
                yield shared, "network", caller.network


@lru_cache(maxsize=4)
def _limiter(url: str, rates: tuple[tuple[str, str], ...], network_factor: int) -> RateLimiter:
    return RateLimiter(url, rates=dict(rates), network_factor=network_factor)


def seconds_to_wait(activity: Activity, caller: Caller) -> int:
    """Count `activity` for `caller` by the rates in the settings; as `RateLimiter.seconds_to_wait`."""
    if not settings.RATE_LIMITS:
        return 0
    limiter = _limiter(settings.REDIS_URL, tuple(settings.RATES.items()), settings.RATE_NETWORK_FACTOR)
    return limiter.seconds_to_wait(activity, caller)
