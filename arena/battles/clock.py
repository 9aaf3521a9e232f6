"""The clock of the arrival logs: Redis's, because Redis stamps what arrives.

What may be seen, and whether a vote is due, is decided by comparing those stamps with the present. A web process whose
own clock is minutes off would show too much or never let anyone vote, so the present is asked of Redis too, and carried
on by this process's monotonic clock, which no correction moves.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from redis.exceptions import RedisError
from structlog import get_logger

from models_registry.redis_connection import client

logger = get_logger(__name__)

FRESH_SECONDS = 5.0


def _redis_ms() -> float:
    seconds, microseconds = client().time()
    return 1000.0 * seconds + microseconds / 1000.0


class SharedClock:
    """Milliseconds of the epoch by `source`, asked in the background every few seconds.

    When the source cannot be asked, the last answer is carried on; without one this machine's own clock has to do.
    """

    def __init__(self, source: Callable[[], float] = _redis_ms) -> None:
        self._source = source
        self._lock = threading.Lock()
        self._offset: float | None = None
        self._asked_at = float("-inf")

    def now_ms(self) -> int:
        """Return the present; blocks only at the very first call of a process."""
        if self._offset is None:
            self.refresh()
        elif time.monotonic() - self._asked_at > FRESH_SECONDS:
            self._asked_at = time.monotonic()
            threading.Thread(target=self.refresh, name="shared-clock", daemon=True).start()
        offset = self._offset if self._offset is not None else 1000 * (time.time() - time.monotonic())
        return int(offset + 1000 * time.monotonic())

    def refresh(self) -> None:
        """Ask the source now."""
        with self._lock:
            began = time.monotonic()
            self._asked_at = began
            try:
                milliseconds = self._source()
            except (RedisError, OSError):
                logger.warning("clock_not_asked")
                return
            # The answer was true somewhere between the question and its arrival.
            self._offset = milliseconds - 1000 * (began + time.monotonic()) / 2


shared_clock = SharedClock()


def now_ms() -> int:
    """Return the present in milliseconds of the epoch, the unit of the arrival logs."""
    return shared_clock.now_ms()


def now() -> datetime:
    """Return the present as the arrival logs count it."""
    return datetime.fromtimestamp(now_ms() / 1000, tz=UTC)
