"""Refuse request bodies that are too large before they are read: Django would first write them to disk."""

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable, Scope

SENTENCE = b"This request is too large. Please go back and send less."


class BodyLimit:
    """An ASGI application around that of HTTP; a body beyond `DATA_UPLOAD_MAX_MEMORY_SIZE` gets 413."""

    def __init__(self, app: "ASGI3Application") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if scope["type"] != "http" or most is None:
            await self._app(scope, receive, send)
            return
        if _announced(dict(scope["headers"]).get(b"content-length", b"")) > most:
            await _refuse(send)
            return
        await self._app(scope, _counting(receive, most), send)


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
