"""A backend for tests: it says what it is told to, when it is told to, and fails as told."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from models_registry.inference.errors import (
    BackendUnavailableError,
    EmptyAnswerError,
    EngineFailedError,
    GenerationTimeoutError,
    InferenceError,
    MalformedAnswerError,
    MisconfiguredBackendError,
    PromptTooLongError,
    RateLimitedError,
    RequestRefusedError,
)
from models_registry.inference.protocol import CompletionRequest, Delta, Finished, FinishReason, Usage

_FAILURES: dict[str, type[InferenceError]] = {
    error.kind: error
    for error in (
        BackendUnavailableError,
        EmptyAnswerError,
        EngineFailedError,
        GenerationTimeoutError,
        MalformedAnswerError,
        PromptTooLongError,
        RateLimitedError,
        RequestRefusedError,
    )
}


@dataclass(frozen=True, slots=True)
class Script:
    """What to answer.

    Parameters
    ----------
    text
        The answer; `{prompt}` becomes the last message, `{seed}` the seed. Any characters may stand in it. An empty or
        blank one raises `EmptyAnswerError`, as a real backend does.
    chunk_chars
        Characters in a delta.
    first_delay, chunk_delay
        Seconds before the first delta, and before each later one.
    fail_at
        Raise instead of giving the delta of this number, counted from 0.
    failure
        The kind of the error to raise.
    fail_times
        Fail this often and then work, to try retries; None always fails.
    hang_at
        Give nothing from the delta of this number on, until cancelled.
    finish
        The reason to end with.
    """

    text: str = "This is a scripted answer to: {prompt}"
    chunk_chars: int = 5
    first_delay: float = 0.0
    chunk_delay: float = 0.0
    fail_at: int | None = None
    failure: str = "engine_failed"
    fail_times: int | None = None
    hang_at: int | None = None
    finish: Literal["stop", "length"] = "stop"

    def __post_init__(self) -> None:
        if self.failure not in _FAILURES:
            raise MisconfiguredBackendError(f"Unknown failure {self.failure!r}; known are {', '.join(_FAILURES)}.")
        if self.chunk_chars < 1:
            raise MisconfiguredBackendError("chunk_chars must be at least 1.")

    def chunks(self, request: CompletionRequest) -> list[str]:
        """Return the answer to a request in pieces."""
        prompt = request.messages[-1].content if request.messages else ""
        text = self.text.replace("{prompt}", prompt).replace("{seed}", str(request.seed))
        return [text[start : start + self.chunk_chars] for start in range(0, len(text), self.chunk_chars)]


class ScriptedBackend:
    """A `CompletionBackend` that follows a script.

    Parameters
    ----------
    script, later
        One for each request in turn; the last answers all further ones.
    start_delay
        Seconds from `start` until it is ready; requests wait that long.
    """

    def __init__(self, script: Script, *later: Script, start_delay: float = 0.0) -> None:
        self._scripts = deque((script, *later))
        self._start_delay = start_delay
        self._ready_at: float | None = None
        self._cancelled: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Event]] = {}
        self._failed = 0

    @classmethod
    def from_options(cls, options: Mapping[str, object]) -> "ScriptedBackend":
        """Build one from the fields of a `Script`, or a list of such under `scripts`, and `start_delay`.

        Raises
        ------
        MisconfiguredBackendError
            If an option is unknown.
        """
        fields = dict(options)
        start_delay = cast("float", fields.pop("start_delay", 0.0))
        listed = cast("list[dict[str, Any]]", fields.pop("scripts", [fields]))
        try:
            return cls(*(Script(**script) for script in listed), start_delay=start_delay)
        except TypeError as error:
            raise MisconfiguredBackendError(f"The script has a wrong option: {error}") from error

    @property
    def ready(self) -> bool:
        return self._ready_at is not None and time.monotonic() >= self._ready_at

    @property
    def active(self) -> int:
        return len(self._cancelled)

    @property
    def queued(self) -> int:
        return 0

    def start(self) -> None:
        """Be ready after the delay."""
        if self._ready_at is None:
            self._ready_at = time.monotonic() + self._start_delay

    def close(self) -> None:
        """Refuse further requests."""
        self._ready_at = None

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Finished, None]:
        """Give the scripted answer; tokens are counted as characters."""
        if self._ready_at is None:
            raise BackendUnavailableError("The scripted backend was not started.")
        script = self._next_script()
        with self._in_flight(request.request_id) as cancelled:
            await _pause(cancelled, self._ready_at - time.monotonic())
            said = ""
            for number, chunk in enumerate(script.chunks(request)):
                await self._act(script, number, cancelled)
                if cancelled.is_set():
                    break
                said += chunk
                yield Delta(chunk)
            reason: FinishReason = "cancelled" if cancelled.is_set() else script.finish
            if not said.strip() and reason != "cancelled":
                raise EmptyAnswerError("The script has no visible text.")
            prompt_size = sum(len(message.content) for message in request.messages)
            yield Finished(reason, Usage(prompt_tokens=prompt_size, completion_tokens=len(said)))

    async def cancel(self, request_id: str) -> None:
        """End a request, also one that hangs."""
        if request_id in self._cancelled:
            loop, cancelled = self._cancelled[request_id]
            loop.call_soon_threadsafe(cancelled.set)  # the request may live in another thread's loop

    def _next_script(self) -> Script:
        script = self._scripts.popleft() if len(self._scripts) > 1 else self._scripts[0]
        if script.fail_times is not None and self._failed >= script.fail_times:
            return replace(script, fail_at=None)
        return script

    async def _act(self, script: Script, number: int, cancelled: asyncio.Event) -> None:
        """Do what the script says before the delta of this number."""
        if script.fail_at == number:
            self._failed += 1
            raise _FAILURES[script.failure]("The script says so.")
        hangs = script.hang_at is not None and number >= script.hang_at
        await _pause(cancelled, None if hangs else script.chunk_delay if number else script.first_delay)

    @contextmanager
    def _in_flight(self, request_id: str) -> Iterator[asyncio.Event]:
        cancelled = asyncio.Event()
        self._cancelled[request_id] = (asyncio.get_running_loop(), cancelled)
        try:
            yield cancelled
        finally:
            self._cancelled.pop(request_id, None)


async def _pause(cancelled: asyncio.Event, seconds: float | None) -> None:
    """Wait this long, for ever if None, but no longer than until cancelled."""
    try:
        await asyncio.wait_for(cancelled.wait(), seconds)
    except TimeoutError:
        return
