"""The door of all websockets: how often one may be opened, how many stay open, how much a page may send.

Open sockets are counted in each web process: a number in Redis would have to survive processes that die.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from django.conf import settings
from structlog import get_logger

from arena.raters.callers import caller_of_scope
from arena.safety.rate_limits import Activity, Caller, seconds_to_wait

if TYPE_CHECKING:
    from asgiref.typing import (
        ASGI3Application,
        ASGIReceiveCallable,
        ASGIReceiveEvent,
        ASGISendCallable,
        ASGISendEvent,
        Scope,
    )

logger = get_logger(__name__)

# What our pages send is about twenty characters, and they send it when something was lost.
MAX_MESSAGE_BYTES = 4_096
MESSAGES_AT_ONCE = 20.0
MESSAGES_A_SECOND = 2.0
TOO_BIG = 1009
# Pages know this code: they come back after the seconds in its reason.
BUSY = 4429
SECONDS_WHEN_FULL = 30


class OpenSockets:
    """How many websockets each caller has open in this process."""

    def __init__(self) -> None:
        self._open: Counter[tuple[str, str]] = Counter()

    def has_room(self, caller: Caller) -> bool:
        """Tell whether the caller may open one more."""
        return all(
            self._open[key] < settings.MAX_OPEN_SOCKETS * (settings.RATE_NETWORK_FACTOR if key[0] == "network" else 1)
            for key in self._keys(caller)
        )

    @contextmanager
    def counted(self, caller: Caller) -> Iterator[None]:
        """Count one while the context lasts."""
        keys = self._keys(caller)
        self._open.update(keys)
        try:
            yield
        finally:
            self._open.subtract(keys)
            for key in keys:
                if self._open[key] <= 0:
                    del self._open[key]

    @staticmethod
    def _keys(caller: Caller) -> list[tuple[str, str]]:
        return [key for key in (("rater", caller.rater), ("network", caller.network)) if key[1]]


class Allowance:
    """A bucket that fills by `MESSAGES_A_SECOND` up to `MESSAGES_AT_ONCE`."""

    def __init__(self) -> None:
        self._left, self._seen_at = MESSAGES_AT_ONCE, time.monotonic()

    def take(self) -> bool:
        """Take one out, or say that the bucket is empty."""
        now = time.monotonic()
        self._left = min(MESSAGES_AT_ONCE, self._left + (now - self._seen_at) * MESSAGES_A_SECOND)
        self._seen_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class SocketDoor:
    """An ASGI application around that of the websockets."""

    def __init__(self, app: "ASGI3Application") -> None:
        self._app = app
        self._sockets = OpenSockets()

    async def __call__(self, scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        # The scope's type is a union of protocols; the reader below wants the keys that all of them have.
        caller = caller_of_scope(cast("dict[str, object]", scope))
        seconds = await self._seconds_to_wait(caller)
        if seconds:
            await _turn_away(receive, send, seconds)
            return
        with self._sockets.counted(caller):
            connection = _Connection(receive, send)
            await self._app(scope, connection.receive, connection.send)

    async def _seconds_to_wait(self, caller: Caller) -> int:
        if not settings.RATE_LIMITS:
            return 0
        if not self._sockets.has_room(caller):
            return SECONDS_WHEN_FULL
        return await asyncio.to_thread(seconds_to_wait, Activity.SOCKET, caller)


async def _turn_away(receive: "ASGIReceiveCallable", send: "ASGISendCallable", seconds: int) -> None:
    """Accept and close, because a browser learns the code of an accepted socket only."""
    await receive()
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    await send({"type": "websocket.close", "code": BUSY, "reason": str(seconds)})


class _Connection:
    """Passes events on until a message is too big or one too many; the application then sees a disconnect."""

    def __init__(self, receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        self._receive, self._send = receive, send
        self._allowance = Allowance()
        self._closed = False

    async def receive(self) -> "ASGIReceiveEvent":
        event = await self._receive()
        if event["type"] != "websocket.receive":
            return event
        size = len(event.get("bytes") or b"") + len((event.get("text") or "").encode())
        if size > MAX_MESSAGE_BYTES:
            return await self._end(TOO_BIG, "")
        if not self._allowance.take():
            return await self._end(BUSY, str(SECONDS_WHEN_FULL))
        return event

    async def send(self, event: "ASGISendEvent") -> None:
        if not self._closed:
            await self._send(event)

    async def _end(self, code: int, reason: str) -> "ASGIReceiveEvent":
        logger.info("websocket_ended_by_limit", code=code)
        self._closed = True
        await self._send({"type": "websocket.close", "code": code, "reason": reason})
        return {"type": "websocket.disconnect", "code": code, "reason": reason}
