"""Refuse request bodies that are too large before they are read: Django would first write them to disk."""

from importlib import import_module
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import parse_cookie

if TYPE_CHECKING:
    from asgiref.typing import (
        ASGI3Application,
        ASGIReceiveCallable,
        ASGIReceiveEvent,
        ASGISendCallable,
        HTTPScope,
        Scope,
    )

SENTENCE = b"This request is too large. Please go back and send less."


class BodyLimit:
    """An ASGI application around that of HTTP; a body beyond `DATA_UPLOAD_MAX_MEMORY_SIZE` gets 413.

    Somebody who is signed in may send more to the pages that take files, as many bytes as `LARGE_BODIES` says for the
    beginning of their address; what else that needs is for the page to check.
    """

    def __init__(self, app: "ASGI3Application") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        if scope["type"] != "http" or settings.DATA_UPLOAD_MAX_MEMORY_SIZE is None:
            await self._app(scope, receive, send)
            return
        most = await _most(scope)
        if _announced(dict(scope["headers"]).get(b"content-length", b"")) > most:
            await _refuse(send)
            return
        await self._app(scope, _counting(receive, most), send)


async def _most(scope: "HTTPScope") -> int:
    """Return how many bytes this request may bring."""
    for beginning, most in settings.LARGE_BODIES.items():
        if scope.get("path", "").startswith(beginning) and scope["method"] == "POST":
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


def _announced(length: bytes) -> int:
    return int(length) if length.isdigit() else 0


def _counting(receive: "ASGIReceiveCallable", most: int) -> "ASGIReceiveCallable":
    """Pass on a body whose length was not announced, as long as it is short; then the connection counts as lost."""
    size = 0

    async def counted() -> "ASGIReceiveEvent":
        nonlocal size
        event = await receive()
        if event["type"] == "http.request":
            size += len(event["body"])
            if size > most:
                return {"type": "http.disconnect"}
        return event

    return counted


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
