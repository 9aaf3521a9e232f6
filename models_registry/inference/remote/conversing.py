"""One conversation with a server: wait for a place, ask, hand on what comes, and ask again where that is right."""

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from models_registry.inference.errors import (
    BackendUnavailableError,
    GenerationTimeoutError,
    MalformedAnswerError,
    RateLimitedError,
)
from models_registry.inference.protocol import CompletionRequest, Delta, Finished
from models_registry.inference.remote.answer import Bounds, read_answer
from models_registry.inference.remote.client import Client
from models_registry.inference.remote.limits import Limits, RetryBudget
from models_registry.inference.remote.options import RemoteOptions
from models_registry.inference.remote.payload import request_body

logger = logging.getLogger(__name__)

# Silence and empty answers are not asked about again here: they have cost the rater a long wait already.
ASKED_AGAIN = (BackendUnavailableError, RateLimitedError, MalformedAnswerError)
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
# A server that wants to be left alone for longer than a rater would wait has failed for this request.
MOST_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Conversing:
    """Answers requests to one endpoint, within its limits."""

    options: RemoteOptions
    client: Client
    limits: Limits
    budget: RetryBudget

    async def answer(self, request: CompletionRequest, tell: Callable[[Delta | Finished], None]) -> None:
        """Tell the pieces of the answer and its ending, or raise how the server failed.

        Raises
        ------
        InferenceError
            By its class. What was told before stands; nothing is asked again after the first piece.
        """
        self.budget.earn()
        try:
            async with asyncio.timeout(self.options.total_timeout):
                await self._persist(request, tell)
        except TimeoutError as error:
            raise GenerationTimeoutError("The server did not end the answer in time.") from error

    async def _persist(self, request: CompletionRequest, tell: Callable[[Delta | Finished], None]) -> None:
        told = _Told(tell)
        for attempt in range(self.options.retries + 1):
            try:
                await self._ask(request, told)
            except ASKED_AGAIN as error:
                pause = pause_before_retry(attempt, error.retry_after)
                last = attempt == self.options.retries or pause > MOST_PATIENCE
                if told.any or last or not error.retryable or not self.budget.spend():
                    raise
                logger.info("remote_asked_again", extra={"kind": error.kind, "attempt": attempt, "pause": pause})
                await asyncio.sleep(pause)
            else:
                return

    async def _ask(self, request: CompletionRequest, told: "_Told") -> None:
        options = self.options
        bounds = Bounds(request.sampling.max_new_tokens, options.first_text_timeout, options.silence_timeout)
        async with (
            self.limits.place(),
            self.client.post(request_body(options, request)) as chunks,
            aclosing(read_answer(chunks, bounds)) as events,
        ):
            async for event in events:
                told.tell(event)


class _Told:
    """Hands events on and remembers whether there were any."""

    def __init__(self, tell: Callable[[Delta | Finished], None]) -> None:
        self._tell = tell
        self.any = False

    def tell(self, event: Delta | Finished) -> None:
        self.any = True
        self._tell(event)


def pause_before_retry(attempt: int, retry_after: float | None) -> float:
    """Return the seconds to wait: what the server asked for at least, else longer each time.

    A random share spreads out those who failed together.
    """
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**attempt) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
    return max(pause, retry_after + pause / 2) if retry_after is not None else pause
