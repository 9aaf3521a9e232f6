"""Pages, whose code is synchronous, answered in a few threads that stay: see decision 0017."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from typing import IO, TYPE_CHECKING

from django.core.handlers.asgi import ASGIRequest, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.core.signals import request_started
from django.http import HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

if TYPE_CHECKING:
    from asgiref.typing import ASGISendCallable, ASGISendEvent, HTTPScope

# Files come in pieces of some kilobytes, each of which would wait for its turn between threads and loop.
PIECE_BYTES = 1 << 18


class Pages(BaseHandler):
    """Django's pages, from the first middleware to the last without `async`. Building them builds the middleware."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()

    def __call__(self, scope: "HTTPScope", body: IO[bytes]) -> HttpResponseBase:
        """Answer a request; the response is to be closed by whoever has sent it, in the same thread."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        try:
            request = ASGIRequest(scope, body)
        except UnicodeDecodeError:
            return HttpResponseBadRequest()
        response = self.get_response(request)
        response._handler_class = self.__class__  # type: ignore[attr-defined]  # noqa: SLF001 - the sender it names when closed
        return response


class Threads:
    """Calls pages in threads, each request in one of them from beginning to end.

    A page goes back to the loop as a whole: threads and loop share one interpreter, and whatever is handed over by
    itself waits for its turn. Only what is longer than `PIECE_BYTES` goes in pieces, each when the one before is out.
    """

    def __init__(self, pages: Pages, count: int) -> None:
        self._pages = pages
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="page")

    async def answer(self, scope: "HTTPScope", body: IO[bytes], send: "ASGISendCallable") -> None:
        """Answer a request whose `body` is here as a whole."""
        loop = asyncio.get_running_loop()

        async def send_all(events: Sequence["ASGISendEvent"]) -> None:
            for event in events:
                await send(event)

        def send_now(events: Sequence["ASGISendEvent"]) -> None:
            asyncio.run_coroutine_threadsafe(send_all(events), loop).result()

        respond = copy_context().run
        await send_all(await loop.run_in_executor(self._executor, respond, self._respond, scope, body, send_now))

    def _respond(
        self, scope: "HTTPScope", body: IO[bytes], send_now: Callable[[Sequence["ASGISendEvent"]], None]
    ) -> list["ASGISendEvent"]:
        """Return what is left to send when the thread has done its part."""
        with closing(self._pages(scope, body)) as response:
            events = [_start(response)]
            for number, piece in enumerate(_gathered(response)):
                if number:
                    send_now(events)
                    events.clear()
                events.append({"type": "http.response.body", "body": piece, "more_body": True})
        return [*events, {"type": "http.response.body", "body": b"", "more_body": False}]


def _start(response: HttpResponseBase) -> "ASGISendEvent":
    headers = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    cookies = [(b"set-cookie", morsel.OutputString().encode("ascii")) for morsel in response.cookies.values()]
    return {
        "type": "http.response.start",
        "status": response.status_code,
        "headers": headers + cookies,
        "trailers": False,
    }


def _gathered(response: HttpResponseBase) -> Iterator[bytes]:
    """Yield the content in pieces of at least `PIECE_BYTES`, but for the last."""
    pieces: list[bytes] = []
    size = 0
    for piece in response:
        pieces.append(piece)
        size += len(piece)
        if size >= PIECE_BYTES:
            yield b"".join(pieces)
            pieces, size = [], 0
    if size:
        yield b"".join(pieces)
