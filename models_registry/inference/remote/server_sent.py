"""Server-sent events, as far as the protocol uses them, from a server that may send anything."""

from collections.abc import AsyncIterable, AsyncIterator

from models_registry.inference.errors import MalformedAnswerError

LONGEST_EVENT = 256 * 1024


async def read_events(chunks: AsyncIterable[bytes]) -> AsyncIterator[str]:
    """Give the data of each event, in whatever pieces the bytes arrive; comments and other fields are passed over.

    Raises
    ------
    MalformedAnswerError
        If a line or an event is longer than `LONGEST_EVENT`, or is not UTF-8. No more than that is ever held.
    """
    data: list[bytes] = []
    async for line in _lines(chunks):
        if not line and data:
            yield _decoded(data)
            data = []
        elif line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
            if sum(map(len, data)) > LONGEST_EVENT:
                raise MalformedAnswerError(f"The server sent an event of more than {LONGEST_EVENT} bytes.")
    # Many servers forget the empty line after their last event.
    if data:
        yield _decoded(data)


async def _lines(chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r")
        if len(rest) > LONGEST_EVENT:
            raise MalformedAnswerError(f"The server sent a line of more than {LONGEST_EVENT} bytes.")
    if rest:
        yield rest


def _decoded(data: list[bytes]) -> str:
    try:
        return b"\n".join(data).decode()
    except UnicodeDecodeError as error:
        raise MalformedAnswerError("The server sent text that is not UTF-8.") from error
