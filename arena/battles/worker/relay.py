"""Answer one completion: claim it, relay the backend's text into its stream, store the result."""

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import redis.asyncio
from django.conf import settings
from django.db import close_old_connections
from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles.services.completing import (
    Job,
    claim_completion,
    fail_completion,
    finish_completion,
    keep_stopped_text,
)
from arena.battles.services.recovering import STREAM_LOST
from arena.battles.streaming import EXPIRE_SECONDS, MAX_ENTRIES, Answer, stream_key
from arena.battles.worker.unusable import UNUSABLE, BrokenAnswerError
from arena.battles.worker.workbench import Workbench, workbench
from arena.safety.answer_guard import AnswerGuard
from arena.safety.screen import screen_answer
from models_registry.inference.errors import GenerationTimeoutError, InferenceError
from models_registry.inference.protocol import CompletionBackend, Finished, Usage
from models_registry.redis_connection import within_seconds

if TYPE_CHECKING:
    from redis.typing import EncodableT, FieldT

logger = get_logger(__name__)

FLUSH_SECONDS = 0.1
LOOP = "loop"


def run_completion(*, completion_id: int) -> None:
    """Answer one completion to its end, whatever that is. Safe to call again: a claimed one is left alone.

    A failure of the backend, an empty or broken answer and a passed deadline fail this side; they never become an
    answer. Blocks until the end; the backend's events are awaited on the worker's event loop.
    """
    bench = workbench()
    job = claim_completion(completion_id=completion_id, worker=bench.name)
    if job is None:
        return
    log = logger.bind(completion=completion_id, endpoint=job.endpoint)
    relay = Relay(job)
    # The connection is not needed while the model writes, and there are more threads than connections.
    close_old_connections()
    try:
        finished = bench.run(relay.run(bench))
    except InferenceError as error:
        log.warning("completion_failed", kind=error.kind, detail=str(error))
        fail_completion(completion_id=completion_id, failure=error.kind, answer=relay.answer)
    except RedisError as error:
        log.warning("completion_lost_its_stream", detail=str(error))
        fail_completion(completion_id=completion_id, failure=STREAM_LOST, answer=relay.answer)
    except Exception:
        # The boundary of the process: whatever went wrong, the turn must reach an end that its rater is told.
        log.exception("completion_crashed")
        fail_completion(completion_id=completion_id, failure="crashed", answer=relay.answer)
    else:
        _store(job, relay, finished)


def _store(job: Job, relay: "Relay", finished: Finished) -> None:
    if finished.reason == "cancelled":
        keep_stopped_text(completion_id=job.completion_id, answer=relay.answer)
    else:
        finish_completion(
            completion_id=job.completion_id,
            answer=relay.answer,
            finish_reason=LOOP if relay.is_cut else finished.reason,
            prompt_tokens=finished.usage.prompt_tokens,
            completion_tokens=finished.usage.completion_tokens,
        )


@dataclass(slots=True)
class Relay:
    """Moves text from a backend into the Redis stream, joined to at most 10 entries a second: as often as pages look.

    What must not be shown never gets there (`AnswerGuard`); an answer that goes round in circles is cut (`is_cut`).
    """

    job: Job
    answer: Answer = field(default_factory=Answer)
    is_cut: bool = False
    _guard: AnswerGuard = field(default_factory=AnswerGuard)
    _pending: str = ""
    _flushed_at: float = 0.0

    async def run(self, bench: Workbench) -> Finished:
        """Relay to the end and return the backend's last event.

        Raises
        ------
        InferenceError
            When the backend fails, when a deadline passes (`kind` is then `timeout`), or when the answer turns out
            `empty` or `broken`.
        """
        connection = bench.redis
        try:
            async with asyncio.timeout(settings.TURN_DEADLINE):
                backend = await bench.backend(self.job.endpoint, version=self.job.endpoint_version)
                return await self._relay(backend, connection)
        except TimeoutError as error:
            message = "no complete answer within the deadline"
            raise GenerationTimeoutError(message) from error

    async def _relay(self, backend: CompletionBackend, connection: redis.asyncio.Redis) -> Finished:
        deadline = time.monotonic() + settings.FIRST_TEXT_DEADLINE
        async with aclosing(backend.stream(self.job.request)) as events:
            while True:
                waiting = None if self.answer.text or self._pending else max(0.0, deadline - time.monotonic())
                event = await asyncio.wait_for(anext(events), waiting)
                if isinstance(event, Finished):
                    return await self._end(connection, event)
                self._pending += self._guard.let_through(event.text)
                if self._guard.is_hopeless:
                    raise BrokenAnswerError
                if self._guard.is_looping:
                    self.is_cut = True
                    return await self._end(connection, Finished("stop", Usage(None, None)))
                await self._flush(connection)

    async def _end(self, connection: redis.asyncio.Redis, finished: Finished) -> Finished:
        """Write the end of the stream, with what was held back where the whole answer may be shown after all."""
        if finished.reason != "cancelled":
            reason = screen_answer(self.answer.text + self._pending + self._guard.held).reason
            if reason in UNUSABLE:
                raise UNUSABLE[reason]
            self._pending += self._guard.held
        await self._flush(connection, last=True)
        await self._append(connection, {"end": LOOP if self.is_cut else finished.reason})
        return finished

    async def _flush(self, connection: redis.asyncio.Redis, *, last: bool = False) -> None:
        now = time.monotonic()
        if self._pending and (last or now - self._flushed_at >= FLUSH_SECONDS):
            text, self._pending, self._flushed_at = self._pending, "", now
            await self._append(connection, {"t": text})

    async def _append(self, connection: redis.asyncio.Redis, fields: dict[str, str]) -> None:
        key = stream_key(self.job.completion_id)
        values = cast("dict[FieldT, EncodableT]", fields)  # the library's dictionary type takes no narrower one
        async with within_seconds():
            entry_id = cast("str", await connection.xadd(key, values, maxlen=MAX_ENTRIES, approximate=True))
            if not self.answer.times:
                await connection.expire(key, EXPIRE_SECONDS)
        self.answer.feed([(entry_id, fields)])
