"""From the bytes of a response to the events of an answer, with everything checked that a server can get wrong."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from models_registry.inference.errors import (
    EmptyAnswerError,
    GenerationTimeoutError,
    InferenceError,
    MalformedAnswerError,
)
from models_registry.inference.protocol import Delta, Finished, FinishReason, Usage
from models_registry.inference.remote.failures import EndlessAnswerError, TruncatedAnswerError
from models_registry.inference.remote.pieces import LAST, Piece, read_piece
from models_registry.inference.remote.server_sent import read_events

# No tokenizer comes near this in text; a server that sends more does not keep to the limit that it was given.
CHARS_PER_TOKEN = 16
SPARE_CHARS = 256
# Each event carries a few hundred bytes around its token, and reasoning that is not shown has no limit of its own.
BYTES_PER_TOKEN = 4096
SPARE_BYTES = 1024 * 1024
UNKNOWN = Usage(prompt_tokens=None, completion_tokens=None)
# After the ending only token counts may follow; they are not worth a long wait.
USAGE_SECONDS = 5.0
# A stream that is read to its end leaves a connection that can be used again.
DRAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long an answer may be, and how many seconds its server may be silent before and after its first text."""

    tokens: int
    first_text: float
    silence: float

    @property
    def most_chars(self) -> int:
        return SPARE_CHARS + self.tokens * CHARS_PER_TOKEN

    @property
    def most_bytes(self) -> int:
        return SPARE_BYTES + self.tokens * BYTES_PER_TOKEN


async def read_answer(chunks: AsyncIterable[bytes], bounds: Bounds) -> AsyncGenerator[Delta | Finished, None]:
    """Yield deltas and one `Finished`, whatever pieces the bytes come in.

    Raises
    ------
    TruncatedAnswerError
        If the stream ends without an ending of the answer.
    EndlessAnswerError
        If there is more of it than the tokens asked for can be.
    EmptyAnswerError
        If the answer ended without a visible character.
    GenerationTimeoutError
        If the server is silent for too long.
    MalformedAnswerError
        If something is no event of the protocol, or text follows the ending.
    """
    events = read_events(_counted(chunks, bounds.most_bytes))
    said, visible = 0, False
    reason: FinishReason | None = None
    usage = UNKNOWN
    first_text_at = asyncio.get_running_loop().time() + bounds.first_text
    while True:
        # What only keeps the connection alive does not put off the first text.
        patience = bounds.silence if visible else first_text_at - asyncio.get_running_loop().time()
        piece = await _next_piece(events, patience) if reason is None else await _afterthought(events)
        if piece is None:
            break
        if piece.text and reason is not None:
            raise MalformedAnswerError("The server sent text after the end of the answer.")
        reason, usage = piece.reason or reason, piece.usage or usage
        if piece.text:
            said, visible = said + len(piece.text), visible or not piece.text.isspace()
            if said > bounds.most_chars:
                raise EndlessAnswerError(f"The server sent {said} characters for {bounds.tokens} tokens.")
            yield Delta(piece.text)
    if reason is None:
        raise TruncatedAnswerError("The server stopped before the answer had ended.")
    if not visible:
        raise EmptyAnswerError("The server sent no visible text.")
    yield Finished(reason, usage)
    await _drain(events)


async def _counted(chunks: AsyncIterable[bytes], most: int) -> AsyncIterator[bytes]:
    count = 0
    async for chunk in chunks:
        count += len(chunk)
        if count > most:
            raise EndlessAnswerError(f"The server sent more than {most} bytes.")
        yield chunk


async def _next_piece(events: AsyncIterator[str], seconds: float) -> Piece | None:
    """Return what the next event says, None at the end of the stream."""
    try:
        async with asyncio.timeout(seconds):
            data = await anext(events, LAST)
    except TimeoutError as error:
        raise GenerationTimeoutError("The server was silent for too long.") from error
    return None if data == LAST else read_piece(data)


async def _afterthought(events: AsyncIterator[str]) -> Piece | None:
    """Return what follows the ending; a connection that breaks or stalls then has taken nothing from the answer."""
    try:
        return await _next_piece(events, USAGE_SECONDS)
    except (GenerationTimeoutError, TruncatedAnswerError):
        return None


async def _drain(events: AsyncIterator[str]) -> None:
    with suppress(TimeoutError, InferenceError):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for _ in events:
                pass
