"""Downloads sent piece by piece: no process ever holds one as a whole."""

from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, Http404, StreamingHttpResponse
from django.utils.translation import gettext as _


def send_file(path: Path, *, name: str, content_type: str) -> FileResponse:
    """Return the file as a download called `name`.

    Raises
    ------
    Http404
        When there is no such file.
    """
    if not path.is_file():
        raise Http404(_("The file is not there any more."))
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=content_type)
    # Archives are compressed already; compressed once more they would lose their length.
    response.headers["Content-Encoding"] = "identity"
    return response


def send_pieces(pieces: Iterator[bytes], *, name: str, content_type: str) -> StreamingHttpResponse:
    """Return what is made piece by piece as a download called `name`; the pieces may ask the database."""
    response = StreamingHttpResponse(pieces, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
