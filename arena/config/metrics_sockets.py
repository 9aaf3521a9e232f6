"""Counts the websockets of this process and the frames that they are sent, and tells all web processes of it."""

import asyncio
import json
import os
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from redis.exceptions import RedisError

from models_registry.redis_connection import client

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope

PREFIX = "web:process:"
TOLD_EVERY_SECONDS = 5
LIFETIME_SECONDS = 15
PROCESS = f"{socket.gethostname()}:{os.getpid()}"


@dataclass(slots=True)
class SocketCounts:
    """Changed on the event loop only, read from anywhere."""

    open: int = 0
    frames: int = 0


def tell(counts: SocketCounts, process: str = PROCESS) -> None:
    """Publish the counts of a process; they hold for `LIFETIME_SECONDS`."""
    client().set(PREFIX + process, json.dumps(asdict(counts)), ex=LIFETIME_SECONDS)


def told() -> dict[str, SocketCounts]:
    """Return what each process that had a websocket says, by its name.

    Raises
    ------
    redis.exceptions.RedisError
        When Redis cannot be asked.
    """
    keys = sorted(client().scan_iter(match=PREFIX + "*", count=200))
    values = client().mget(keys) if keys else []
    return {
        key.removeprefix(PREFIX): SocketCounts(**json.loads(value))
        for key, value in zip(keys, values, strict=True)
        if value
    }


class CountedSockets:
    """An ASGI application around that of the websockets. From the first of them on, it goes on telling."""

    def __init__(self, app: "ASGI3Application", counts: SocketCounts) -> None:
        self._app = app
        self._counts = counts
        self._telling: asyncio.Task[None] | None = None

    async def __call__(self, scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        async def counted(event: "ASGISendEvent") -> None:
            if event["type"] == "websocket.send":
                self._counts.frames += 1
            await send(event)

        self._telling = self._telling or asyncio.create_task(self._tell())
        self._counts.open += 1
        try:
            await self._app(scope, receive, counted)
        finally:
            self._counts.open -= 1

    async def _tell(self) -> None:
        while True:
            # While Redis is gone, `/metrics` says so by itself.
            with suppress(RedisError):
                await asyncio.to_thread(tell, self._counts)
            await asyncio.sleep(TOLD_EVERY_SECONDS)
