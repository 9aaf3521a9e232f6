"""One reader of Redis for all sockets of a web process: ten times a second it asks once for whatever is new.

With many streams at once it asks less often, see `frame_seconds`.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles.ending import ended
from arena.battles.streaming import Answer, StreamEntry
from models_registry.redis_connection import async_client, within_seconds

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.typing import KeyT, StreamIdT

logger = get_logger(__name__)

FRAME_SECONDS = 0.1
# With more streams than this, frames become rarer in proportion, down to `LONGEST_FRAME_SECONDS`: text that comes in
# larger pieces is the first thing to give way under load, and nobody waits longer for the end.
STREAMS_AT_FULL_RATE = 60
LONGEST_FRAME_SECONDS = 0.25
# How often streams are asked that have no text yet: this is our share of the wait for it.
SILENT_SECONDS = 0.02
RECONNECT_SECONDS = 1.0
START = "0-0"


class StreamFeed:
    """Keeps the answers up to date that somebody watches, by one connection. Belongs to one event loop."""

    def __init__(self) -> None:
        self._connection: Redis | None = None
        self._answers: dict[str, Answer] = {}
        self._watchers: Counter[str] = Counter()
        self._reader: asyncio.Task[None] | None = None
        self._spoke = asyncio.Event()
        # How long to wait before the next frame.
        self.frame_seconds = FRAME_SECONDS

    @asynccontextmanager
    async def watch(self, keys: Sequence[str]) -> AsyncIterator[list[Answer]]:
        """Give the answers of these streams as they are, and let them grow while the context lasts.

        When Redis cannot be asked they stand still; they go on when it is back.
        """
        self._watchers.update(keys)
        try:
            for key, answer in (await self._fetch([key for key in keys if key not in self._answers])).items():
                # Somebody else may have fetched the same one meanwhile.
                self._answers.setdefault(key, answer)
            if self._reader is None:
                self._reader = asyncio.create_task(self._read_always(self._connected()))
            yield [self._answers[key] for key in keys]
        finally:
            for key in keys:
                self._leave(key)
            if not self._watchers:
                await self._close()

    async def wait_for_text(self, answers: Sequence[Answer], seconds: float) -> None:
        """Wait until all of these have text, which is known sooner than a frame takes, but no longer than `seconds`."""
        if all(answer.times for answer in answers):
            await asyncio.sleep(seconds)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not all(answer.times for answer in answers):
                    await self._spoke.wait()

    def _leave(self, key: str) -> None:
        self._watchers[key] -= 1
        if not self._watchers[key]:
            del self._watchers[key]
            self._answers.pop(key, None)

    def _connected(self) -> "Redis":
        if self._connection is None:
            self._connection = async_client()
        return self._connection

    async def _close(self) -> None:
        """Let go of reader and connection; whoever watches meanwhile makes others."""
        reader, self._reader = self._reader, None
        connection, self._connection = self._connection, None
        if reader is not None:
            await ended(reader)
        if connection is not None:
            await connection.aclose()

    async def _fetch(self, keys: Sequence[str]) -> dict[str, Answer]:
        answers = {key: Answer() for key in keys}
        try:
            await _read_into(answers, self._connected())
        except (RedisError, OSError):
            logger.warning("stream_feed_lost_redis", streams=len(answers))
        return answers

    async def _read_always(self, connection: "Redis") -> None:
        while True:
            try:
                self.frame_seconds = frame_seconds(await _read_into(self._answers, connection))
                self._wake()
                await self._read_silent(connection)
            except (RedisError, OSError):
                logger.warning("stream_feed_lost_redis", streams=len(self._answers))
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _read_silent(self, connection: "Redis") -> None:
        """Let a frame pass, and meanwhile ask more often for those streams that have no text yet."""
        ends = asyncio.get_running_loop().time() + self.frame_seconds
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(min(left, SILENT_SECONDS))
            silent = {key: answer for key, answer in self._answers.items() if not answer.times}
            await _read_into(silent, connection)
            if any(answer.times for answer in silent.values()):
                self._wake()

    def _wake(self) -> None:
        """Let everybody look again who waits for text."""
        self._spoke.set()
        self._spoke.clear()


async def _read_into(answers: dict[str, Answer], connection: "Redis") -> int:
    """Ask once for what is new in all streams that have not ended, and return how many those were."""
    wanted = {key: answer.last_id or START for key, answer in answers.items() if answer.ended_ms is None}
    if not wanted:
        return 0
    streams = cast("dict[KeyT, StreamIdT]", wanted)  # the library's dictionary type takes no narrower one
    async with within_seconds():
        reply = await connection.xread(streams)
    for key, entries in cast("list[tuple[str, list[StreamEntry]]]", reply):
        if key in answers:  # it may have left meanwhile
            answers[key].feed(entries)
    return len(wanted)


def frame_seconds(streams: int) -> float:
    """Return how long to wait between two frames while so many answers are being written."""
    return min(FRAME_SECONDS * max(1.0, streams / STREAMS_AT_FULL_RATE), LONGEST_FRAME_SECONDS)


_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, StreamFeed] = WeakKeyDictionary()


def stream_feed() -> StreamFeed:
    """Return the feed of the running event loop."""
    return _feeds.setdefault(asyncio.get_running_loop(), StreamFeed())
