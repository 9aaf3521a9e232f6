"""How much one worker asks of one endpoint. Used within one event loop."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

MINUTE = 60.0
RETRIES_PER_REQUEST = 0.2
MOST_SAVED_RETRIES = 10.0


class Limits:
    """Places for requests that run at once, and a count of those sent within a minute.

    Parameters
    ----------
    concurrency
        Places.
    per_minute
        Requests in any 60 seconds; 0 sets no limit.
    clock
        Seconds that only grow.
    """

    def __init__(self, *, concurrency: int, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._places = asyncio.Semaphore(concurrency)
        self._per_minute = per_minute
        self._clock = clock
        self._sent: deque[float] = deque()
        self.active = 0
        self.queued = 0

    @asynccontextmanager
    async def place(self) -> AsyncGenerator[None, None]:
        """Wait for a place and for the minute to have room, hold the place, and give it back; first come first served.

        A place that is held while waiting for the minute is not lost: nobody else could send either.
        """
        self.queued += 1
        try:
            await self._places.acquire()
            try:
                await self._wait_for_the_minute()
            except BaseException:
                self._places.release()
                raise
        finally:
            self.queued -= 1
        self.active += 1
        try:
            yield
        finally:
            self.active -= 1
            self._places.release()

    async def _wait_for_the_minute(self) -> None:
        while (pause := self._pause()) > 0:  # noqa: ASYNC110 - time is what is waited for, and no event tells it
            await asyncio.sleep(pause)
        self._sent.append(self._clock())

    def _pause(self) -> float:
        """Return the seconds until one more may be sent, 0 if it may now."""
        if not self._per_minute:
            self._sent.clear()
            return 0.0
        now = self._clock()
        while self._sent and self._sent[0] <= now - MINUTE:
            self._sent.popleft()
        return 0.0 if len(self._sent) < self._per_minute else self._sent[0] + MINUTE - now


class RetryBudget:
    """Retries that an endpoint may spend: a fifth of its requests, and a few to begin with.

    When a server fails for everybody, retries of everybody would keep it down; with a budget they stay a fraction.
    """

    def __init__(self) -> None:
        self._saved = MOST_SAVED_RETRIES

    def earn(self) -> None:
        """Count a request."""
        self._saved = min(MOST_SAVED_RETRIES, self._saved + RETRIES_PER_REQUEST)

    def spend(self) -> bool:
        """Take a retry out of the budget, if there is one."""
        if self._saved < 1:
            return False
        self._saved -= 1
        return True
