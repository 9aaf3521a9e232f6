"""Serve a local model behind the one interface."""

import asyncio
from collections.abc import AsyncGenerator
from threading import Lock

from models_registry.inference.errors import BackendUnavailableError, EmptyAnswerError, InferenceError
from models_registry.inference.host import HOSTS, EngineHost, HostRoster, TransformersConfig
from models_registry.inference.protocol import CompletionRequest, Delta, Finished, Usage
from models_registry.inference.request import Generation, Sink

_POLL_SECONDS = 0.05
_WARM_UP_SECONDS = 300.0


class TransformersBackend:
    """A `CompletionBackend` over an engine in this process.

    Backends of equal configuration share an engine, so that contestants which differ only in system prompt or sampling
    cost nothing more.
    """

    def __init__(self, config: TransformersConfig, *, roster: HostRoster = HOSTS) -> None:
        self._config = config
        self._roster = roster
        self._lock = Lock()
        self._host: EngineHost | None = None
        self._arriving: dict[str, bool] = {}

    @property
    def ready(self) -> bool:
        return self._host is not None and self._host.ready

    @property
    def active(self) -> int:
        return self._host.engine.active if self._host and self._host.engine else 0

    @property
    def queued(self) -> int:
        return self._host.engine.queued if self._host and self._host.engine else 0

    @property
    def revision(self) -> str:
        """The hash of weights, recipe and number type; raises `InferenceError` until the model is loaded."""
        _, loaded = self._require_host().require()
        return loaded.revision

    def start(self) -> None:
        """Begin to load in the background; `wait_until_ready` tells when that is over."""
        with self._lock:
            if self._host is None:
                self._host = self._roster.take(self._config)

    def close(self) -> None:
        """Stop, unless another backend uses the same engine; may be started again."""
        with self._lock:
            host, self._host = self._host, None
        if host is not None:
            self._roster.give_back(self._config)

    def wait_until_ready(self, timeout: float | None = None) -> None:
        """Block until the model answers; raises the `InferenceError` that keeps it from doing so."""
        self._require_host().wait_until_ready(timeout)

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Finished, None]:
        """Answer a conversation; see `CompletionBackend.stream`.

        Raises
        ------
        PromptTooLongError
            If conversation and answer exceed the context, before anything is queued.
        EmptyAnswerError
            If the model ended without a visible character.
        InferenceError
            As the engine reports.
        """
        if not await self._warm_up(request.request_id):
            yield Finished("cancelled", Usage(prompt_tokens=0, completion_tokens=0))
            return
        events: asyncio.Queue[Delta | Finished | InferenceError] = asyncio.Queue()
        generation = self._submit(request, _into(events))
        visible = False
        try:
            while True:
                event = await events.get()
                if isinstance(event, InferenceError):
                    raise event
                if isinstance(event, Finished):
                    if not visible and event.reason != "cancelled":
                        raise EmptyAnswerError(f"Request {request.request_id} gave no visible text.")
                    yield event
                    return
                visible = visible or not event.text.isspace()
                yield event
        finally:
            generation.cancel_requested = True  # nobody reads on; without effect on one that has finished

    async def cancel(self, request_id: str) -> None:
        """End a request soon, also one that waits for the model to load; see `CompletionBackend.cancel`."""
        if request_id in self._arriving:
            self._arriving[request_id] = True
        if self._host is not None and self._host.engine is not None:
            self._host.engine.cancel(request_id)

    def _submit(self, request: CompletionRequest, sink: Sink) -> Generation:
        engine, loaded = self._require_host().require()
        generation = Generation(
            request_id=request.request_id,
            prompt_ids=loaded.tokenizer.encode(request.messages),
            sampling=request.sampling,
            seed=request.seed,
            stop_ids=loaded.stop_ids,
            text=loaded.tokenizer.new_text(),
            sink=sink,
        )
        engine.submit(generation)
        return generation

    def _require_host(self) -> EngineHost:
        if self._host is None:
            raise BackendUnavailableError("The backend was not started.")
        return self._host

    async def _warm_up(self, request_id: str) -> bool:
        """Wait for the model to load; false if the request was cancelled meanwhile."""
        host = self._require_host()
        patience = int(_WARM_UP_SECONDS / _POLL_SECONDS)
        self._arriving[request_id] = False
        try:
            # Loading ends in a thread, and any number of event loops may wait for it: asking is the simplest way.
            while not host.is_settled and not self._arriving[request_id] and patience:
                patience -= 1
                await asyncio.sleep(_POLL_SECONDS)
            return not self._arriving[request_id]
        finally:
            del self._arriving[request_id]


def _into(events: asyncio.Queue[Delta | Finished | InferenceError]) -> Sink:
    """Return a sink that hands events from the engine's thread to this event loop; raises once the loop is closed."""
    loop = asyncio.get_running_loop()

    def deliver(event: Delta | Finished | InferenceError) -> None:
        loop.call_soon_threadsafe(events.put_nowait, event)

    return deliver
