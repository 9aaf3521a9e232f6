"""Downloads sent piece by piece: no process ever holds one as a whole."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _

PIECE = 1 << 18


def send_file(request: HttpRequest, path: Path, *, name: str, content_type: str) -> StreamingHttpResponse:
    """Return the file as a download called `name`.

    Raises
    ------
    Http404
        When there is no such file.
    """
    if not path.is_file():
        raise Http404(_("The file is not there any more."))
    response = send_pieces(request, _pieces(path), name=name, content_type=content_type)
    response.headers["Content-Length"] = str(path.stat().st_size)
    # Archives are compressed already; compressed once more they would lose their length.
    response.headers["Content-Encoding"] = "identity"
    return response


def send_pieces(
    request: HttpRequest, pieces: Iterator[bytes], *, name: str, content_type: str
) -> StreamingHttpResponse:
    """Return what is made piece by piece as a download called `name`; the pieces may ask the database."""
    # Each kind of server sends one of the two piece by piece, and would collect the other one first.
    streamed = _in_turn(pieces) if hasattr(request, "scope") else pieces
    response = StreamingHttpResponse(streamed, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


async def _in_turn(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    following = sync_to_async(lambda: next(pieces, None))
    while (piece := await following()) is not None:
        yield piece
