"""A server for tests that speaks HTTP by hand, so that it can be wrong in every way."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Reply = Callable[["Exchange"], Awaitable[None]]


@dataclass
class Exchange:
    """One request, and the connection on which to answer it."""

    headers: dict[str, str]
    body: dict[str, object]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes | str) -> None:
        self.writer.write(data.encode() if isinstance(data, str) else data)
        await self.writer.drain()

    async def head(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        """Send a head; the body lasts until the connection is closed."""
        lines = [f"HTTP/1.1 {status} Something", f"Content-Type: {kind}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.send("\r\n".join([*lines, "", ""]))

    async def say(self, *texts: str, reason: str | None = None) -> None:
        """Send one event for each text, and one with the reason if there is any."""
        for text in texts:
            await self.send(event(text))
        if reason:
            await self.send(event(None, reason=reason))

    async def hung_up(self) -> bool:
        """Wait until the other side closes the connection."""
        return await self.reader.read() == b""


def event(text: str | None, *, reason: str | None = None, **more: object) -> str:
    """Return an event of the protocol."""
    choice = {"index": 0, "delta": {} if text is None else {"content": text}, "finish_reason": reason}
    return f"data: {json.dumps({'choices': [choice], **more})}\n\n"


@dataclass
class LyingServer:
    """Answers each request with the next reply; the last one answers all further ones."""

    replies: deque[Reply] = field(default_factory=deque)
    seen: list[Exchange] = field(default_factory=list)
    left_alone: asyncio.Event = field(default_factory=asyncio.Event)
    open_now: int = 0
    most_open: int = 0
    port: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.left_alone.clear()
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = json.loads(await reader.readexactly(int(headers["content-length"])))
            exchange = Exchange({"request-line": head[0], **headers}, body, reader, writer)
            self.seen.append(exchange)
            await (self.replies.popleft() if len(self.replies) > 1 else self.replies[0])(exchange)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open_now -= 1
            if not self.open_now:
                self.left_alone.set()
            writer.close()
