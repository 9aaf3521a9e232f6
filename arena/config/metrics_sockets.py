"""Counts the websockets of this process and the frames that they are sent."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope


@dataclass(slots=True)
class SocketCounts:
    """Changed on the event loop only, read from anywhere."""

    open: int = 0
    frames: int = 0


sockets = SocketCounts()


class CountedSockets:
    """An ASGI application around that of the websockets."""

    def __init__(self, app: "ASGI3Application", counts: SocketCounts = sockets) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        async def counted(event: "ASGISendEvent") -> None:
            if event["type"] == "websocket.send":
                self._counts.frames += 1
            await send(event)

        self._counts.open += 1
        try:
            await self._app(scope, receive, counted)
        finally:
            self._counts.open -= 1
