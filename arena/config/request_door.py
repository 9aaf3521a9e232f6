"""The door of all pages: a request goes to a thread once it is here as a whole, and only if it is not too large.

Threads are few. A body that came slowly would hold one, a body that broke off would be read as a shorter one, and one
that is too large would be written to disk before anybody asked how large it may be.
"""

from collections.abc import Awaitable, Callable
from importlib import import_module
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import parse_cookie

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

Answer = Callable[["HTTPScope", IO[bytes], "ASGISendCallable"], Awaitable[None]]

SENTENCE = b"This request is too large. Please go back and send less."
# What is larger waits on the disk.
HELD_BYTES = 1 << 20


class RequestTooLargeError(Exception):
    """A request brings more than it may."""


class BrokenOffError(Exception):
    """The connection ended before the request did."""


class RequestDoor:
    """The ASGI application of HTTP, which asks `answer` for what is here as a whole; too large a body gets 413.

    Too large is what has more bytes than `DATA_UPLOAD_MAX_MEMORY_SIZE`. Somebody who is signed in may send more to the
    pages that take files, as many bytes as `LARGE_BODIES` says for the beginning of their address; what else that needs
    is for the page to check.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def __call__(self, scope: "HTTPScope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        with SpooledTemporaryFile(HELD_BYTES) as body:
            try:
                await _read(receive, body, most=await _most(scope), announced=_announced(scope))
            except RequestTooLargeError:
                await _refuse(send)
            except BrokenOffError:
                return
            else:
                await self._answer(scope, body, send)


async def _read(
    receive: "ASGIReceiveCallable", body: "SpooledTemporaryFile[bytes]", *, most: int, announced: int
) -> None:
    """Read the whole body, as long as it is not larger than `most` bytes."""
    if announced > most:
        raise RequestTooLargeError
    more = True
    while more:
        event = await receive()
        if event["type"] != "http.request":
            raise BrokenOffError
        body.write(event["body"])
        if body.tell() > most:
            raise RequestTooLargeError
        more = event.get("more_body", False)
    body.seek(0)


async def _most(scope: "HTTPScope") -> int:
    """Return how many bytes this request may bring."""
    for beginning, most in settings.LARGE_BODIES.items():
        if scope["path"].startswith(beginning) and scope["method"] == "POST":
            headers = dict(scope["headers"])
            cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
            if await _is_signed_in(cookies.get(settings.SESSION_COOKIE_NAME)):
                return int(most)
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


@database_sync_to_async  # type: ignore[untyped-decorator]  # channels ships no annotations
def _is_signed_in(session_key: str | None) -> bool:
    """Tell whether the session is somebody's. One query, and only for requests to pages that take files."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return bool(session_key) and store.get(SESSION_KEY) is not None


def _announced(scope: "HTTPScope") -> int:
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


async def _refuse(send: "ASGISendCallable") -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(SENTENCE)).encode())]
    await send(
        {
            "type": "http.response.start",
            "status": 413,
            "headers": [*headers, (b"connection", b"close")],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": SENTENCE, "more_body": False})
