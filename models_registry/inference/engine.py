"""The local engine: one thread that owns a model and answers all its requests in one batch."""

import logging
from collections import deque
from dataclasses import dataclass
from threading import Condition, Thread

import torch
from transformers import PreTrainedModel

from models_registry.inference.cache import SlotCache
from models_registry.inference.errors import (
    BackendUnavailableError,
    EngineFailedError,
    PromptTooLongError,
    RateLimitedError,
    RequestRefusedError,
)
from models_registry.inference.request import Generation, State
from models_registry.inference.runner import ModelRunner, Outcome
from models_registry.inference.sampling import NOT_A_TOKEN
from models_registry.inference.scheduler import Scheduler

logger = logging.getLogger(__name__)

# Without an answer in between. A device that is lost fails every step: then the process has to be replaced.
_FAILURES_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What an engine takes on.

    Parameters
    ----------
    slots
        Requests in one batch.
    max_context
        Tokens of prompt and answer together, for one request.
    prefill_tokens
        Prompt tokens read in one step: how long a long prompt may hold up the others.
    max_queued
        Requests that may wait for a slot.
    """

    slots: int = 16
    max_context: int = 1024
    prefill_tokens: int = 128
    max_queued: int = 256


class SlotEngine:
    """Continuous batching over rows of a preallocated cache.

    Requests join and leave between two steps. All public methods may be called from any thread.

    Guarantees to each request that `submit` took: its sink gets deltas and then exactly one `Finished` or one
    `InferenceError`, also when the engine fails or closes.

    Parameters
    ----------
    model
        A Llama-like model in evaluation mode, on its device; the engine alone calls it from now on.
    limits
        How much it takes on.
    name
        For logs and the thread.
    """

    def __init__(self, model: PreTrainedModel, *, limits: EngineLimits, name: str) -> None:
        self._device = model.device
        self._limits = limits
        self._name = name
        self._wake = Condition()
        self._inbox: deque[Generation] = deque()
        self._in_flight: dict[str, Generation] = {}
        self._closing = False
        self._failures_in_a_row = 0
        self._cache = SlotCache(
            model.config,
            slots=limits.slots,
            max_context=limits.max_context,
            device=model.device,
            dtype=model.dtype,
        )
        self._scheduler = Scheduler(self._cache, slots=limits.slots, prefill_tokens=limits.prefill_tokens)
        self._runner = ModelRunner(model, self._cache)
        self._thread = Thread(target=self._run, name=f"engine-{name}", daemon=True)

    @property
    def ready(self) -> bool:
        return self._thread.is_alive() and not self._closing

    @property
    def active(self) -> int:
        return self._scheduler.active

    @property
    def queued(self) -> int:
        return len(self._inbox) + self._scheduler.queued

    def start(self) -> None:
        """Start the thread; an engine starts once."""
        self._thread.start()

    def close(self, timeout: float = 10.0) -> None:
        """Stop after the step in progress; requests still in flight fail with `BackendUnavailableError`."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def check_room(self, prompt_tokens: int, max_new_tokens: int) -> None:
        """Raise `PromptTooLongError` if prompt and answer together exceed the context."""
        needed = prompt_tokens + max_new_tokens
        if needed > self._limits.max_context:
            raise PromptTooLongError(
                f"{prompt_tokens} prompt tokens and {max_new_tokens} for the answer exceed {self._limits.max_context}."
            )

    def submit(self, generation: Generation) -> None:
        """Queue a request.

        Raises
        ------
        PromptTooLongError
            If it can never fit.
        RequestRefusedError
            If a request of the same id is in flight, or the prompt is empty.
        RateLimitedError
            If too many wait already.
        BackendUnavailableError
            If the engine does not run.
        """
        if not generation.prompt_ids:
            raise RequestRefusedError("The prompt is empty.")
        self.check_room(len(generation.prompt_ids), generation.sampling.max_new_tokens)
        with self._wake:
            if not self.ready:
                raise BackendUnavailableError(f"Engine {self._name} is not running.")
            namesake = self._in_flight.get(generation.request_id)
            if namesake is not None and not namesake.is_finished:
                raise RequestRefusedError(f"Request {generation.request_id} is already in flight.")
            if self.queued >= self._limits.max_queued:
                raise RateLimitedError(f"{self.queued} requests wait for engine {self._name} already.")
            self._in_flight[generation.request_id] = generation
            self._inbox.append(generation)
            self._wake.notify()

    def cancel(self, request_id: str) -> None:
        """Ask for a request to end before the next step; unknown and finished ones are ignored."""
        with self._wake:
            generation = self._in_flight.get(request_id)
            if generation is not None:
                generation.cancel_requested = True
                self._wake.notify()

    def _run(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.set_device(self._device)
        while self._wait_for_work():
            try:
                self._step()
            except Exception:
                logger.exception("engine_failed", extra={"engine": self._name, "in_flight": len(self._in_flight)})
                self._restart()
        self._fail_all_as_closed()

    def _wait_for_work(self) -> bool:
        """Take in what was submitted, sleeping while there is nothing to do; false when it is time to stop."""
        with self._wake:
            self._wake.wait_for(lambda: self._closing or self._inbox or self._scheduler.has_work)
            while self._inbox:
                self._scheduler.add(self._inbox.popleft())
            return not self._closing

    def _step(self) -> None:
        self._drop_cancelled()
        plan = self._scheduler.schedule()
        outcome = self._runner.run(plan)
        self._postprocess(outcome)

    def _drop_cancelled(self) -> None:
        for generation in self._scheduler:
            if generation.cancel_requested:
                generation.cancel()
                self._retire(generation)

    def _postprocess(self, outcome: Outcome) -> None:
        if NOT_A_TOKEN in outcome.tokens.values():
            # The numbers are in the cache now, where even a mask does not stop them: only a restart cleans it.
            raise EngineFailedError("The model's output is not a number.")
        for generation in outcome.tokens:
            if generation.state is State.PREFILLING:
                generation.advance_to(State.DECODING)
        for generation, error in outcome.failures.items():
            generation.fail(EngineFailedError(f"The prompt could not be read: {error!r}"))
        for generation, token_id in outcome.tokens.items():
            self._hand_over(generation, token_id)
        for generation in [*outcome.failures, *outcome.tokens]:
            if generation.is_finished:
                self._retire(generation)
                if generation.state is not State.FAILED:
                    self._failures_in_a_row = 0

    def _hand_over(self, generation: Generation, token_id: int) -> None:
        try:
            generation.accept(token_id)
        except Exception as error:  # a token that cannot be turned into text is that request's own affair
            logger.exception("detokenising_failed", extra={"request_id": generation.request_id})
            generation.fail(EngineFailedError(f"A token could not be turned into text: {error!r}"))

    def _retire(self, generation: Generation) -> None:
        self._scheduler.remove(generation)
        with self._wake:
            # A listener may have sent a new request of the same id the moment it heard the end of this one.
            if self._in_flight.get(generation.request_id) is generation:
                del self._in_flight[generation.request_id]

    def _restart(self) -> None:
        """Fail what is in flight and begin again with an empty cache; give up when that does not help."""
        self._failures_in_a_row += 1
        with self._wake:
            self._closing = self._closing or self._failures_in_a_row >= _FAILURES_IN_A_ROW
        self._fail_all(EngineFailedError, "The engine failed while it worked on this request.")
        if not self._closing:
            self._cache.clear()

    def _fail_all_as_closed(self) -> None:
        self._fail_all(BackendUnavailableError, f"Engine {self._name} was closed.")

    def _fail_all(self, error: type[EngineFailedError | BackendUnavailableError], message: str) -> None:
        with self._wake:
            in_flight = list(self._in_flight.values())
            self._in_flight.clear()
            self._inbox.clear()
        self._scheduler.clear()
        for generation in in_flight:
            generation.fail(error(message))
