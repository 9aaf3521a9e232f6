"""The requests of one endpoint in flight, on an event loop and a thread of their own."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

import uvloop

from models_registry.inference.errors import BackendUnavailableError
from models_registry.inference.protocol import CompletionRequest, Delta, Finished
from models_registry.inference.remote.answer import UNKNOWN
from models_registry.inference.remote.client import Client
from models_registry.inference.remote.conversing import Conversing
from models_registry.inference.remote.limits import Limits, RetryBudget
from models_registry.inference.remote.options import RemoteOptions

Event: TypeAlias = Delta | Finished | BaseException


@dataclass(eq=False)
class Call:
    """A request and where its events go; `deliver` may be called from another thread than its reader's."""

    request: CompletionRequest
    deliver: Callable[[Event], object]
    task: asyncio.Task[None] | None = field(default=None)

    def tell(self, event: Event) -> None:
        """Deliver an event; a reader whose loop is closed is gone and misses nothing."""
        with suppress(RuntimeError):
            self.deliver(event)


class Calls:
    """Begins and ends calls from any thread; each gets an ending or an error."""

    def __init__(self, options: RemoteOptions, *, allow_private: bool) -> None:
        self._options = options
        self._allow_private = allow_private
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event
        self._conversing: Conversing
        self._open: set[Call] = set()

    @property
    def running(self) -> bool:
        return self._loop is not None

    @property
    def active(self) -> int:
        return self._conversing.limits.active if self.running else 0

    @property
    def queued(self) -> int:
        return self._conversing.limits.queued if self.running else 0

    def start(self) -> None:
        """Start the thread and wait until its loop runs; harmless when it does."""
        with self._lock:
            if self._thread is None:
                started = threading.Event()
                self._thread = threading.Thread(
                    target=lambda: uvloop.run(self._live(started)), name="remote-endpoint", daemon=True
                )
                self._thread.start()
                started.wait()

    def close(self) -> None:
        """End all calls with `BackendUnavailableError`, then the connections and the thread."""
        with self._lock:
            if self._thread is not None and self._loop is not None:
                self._loop.call_soon_threadsafe(self._stopping.set)
                self._thread.join()
            self._thread = None

    async def _live(self, started: threading.Event) -> None:
        try:
            self._stopping = asyncio.Event()
            limits = Limits(concurrency=self._options.concurrency, per_minute=self._options.requests_per_minute)
            client = Client(self._options, allow_private=self._allow_private)
            self._conversing = Conversing(self._options, client, limits, RetryBudget())
            self._loop = asyncio.get_running_loop()
        finally:
            started.set()  # whoever waits must not wait for ever for what cannot start
        try:
            await self._stopping.wait()
        finally:
            self._loop = None
            tasks = [call.task for call in self._open if call.task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await client.aclose()

    def begin(self, call: Call) -> bool:
        """Begin a call soon; false when nothing runs."""
        return self._soon(lambda: self._begin(call))

    def end(self, call: Call) -> None:
        """End a call, if it has not ended."""
        self._soon(lambda: self._end(call))

    def cancel(self, request_id: str) -> None:
        """End the calls of this id, if there are any."""
        self._soon(lambda: self._end_all(request_id))

    def _soon(self, action: Callable[[], object]) -> bool:
        loop = self._loop
        if loop is None:
            return False
        try:
            loop.call_soon_threadsafe(action)
        except RuntimeError:  # it was closed between the two lines
            return False
        return True

    def _begin(self, call: Call) -> None:
        if self._stopping.is_set():
            call.tell(BackendUnavailableError("The backend is closed."))
            return
        self._open.add(call)
        call.task = asyncio.ensure_future(self._conversing.answer(call.request, call.tell))
        call.task.add_done_callback(lambda task: self._ended(call, task))

    def _end_all(self, request_id: str) -> None:
        for call in self._open:
            if call.request.request_id == request_id:
                self._end(call)

    def _end(self, call: Call) -> None:
        if call.task is not None:
            call.task.cancel()

    def _ended(self, call: Call, task: asyncio.Task[None]) -> None:
        """Tell the reader of an ending that the task could not tell of: cancelled, closed, or failed."""
        self._open.discard(call)
        if task.cancelled():
            closed = self._stopping.is_set()
            call.tell(BackendUnavailableError("The backend is closed.") if closed else Finished("cancelled", UNKNOWN))
        elif (error := task.exception()) is not None:
            call.tell(error)
