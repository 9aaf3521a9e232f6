"""Ask a server that speaks the OpenAI chat protocol, behind the one interface of all backends."""

import asyncio
from collections.abc import AsyncGenerator

from models_registry.inference.errors import BackendUnavailableError
from models_registry.inference.protocol import CompletionRequest, Delta, Finished
from models_registry.inference.remote.calls import Call, Calls, Event
from models_registry.inference.remote.options import RemoteOptions


class OpenAIBackend:
    """A `CompletionBackend` over HTTP.

    All requests run on an event loop of its own, so that one pool of connections and one set of limits serve callers in
    any number of threads and loops.

    Parameters
    ----------
    options
        Where to ask, and how.
    allow_private
        Whether the server may have a private address although its options do not say so.
    """

    def __init__(self, options: RemoteOptions, *, allow_private: bool = False) -> None:
        self._calls = Calls(options, allow_private=allow_private or options.allow_private)

    @property
    def ready(self) -> bool:
        """Whether it was started; the server is not asked."""
        return self._calls.running

    @property
    def active(self) -> int:
        return self._calls.active

    @property
    def queued(self) -> int:
        return self._calls.queued

    def start(self) -> None:
        """Start the event loop; takes a few milliseconds."""
        self._calls.start()

    def close(self) -> None:
        """Close all connections; what is in flight fails. May be started again."""
        self._calls.close()

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Finished, None]:
        """Answer a conversation; see `CompletionBackend.stream`.

        A request that fails before its first text may be sent again, within the endpoint's budget for that.

        Raises
        ------
        InferenceError
            Of the class that says how the server failed.
        """
        events: asyncio.Queue[Event] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        call = Call(request, deliver=lambda event: loop.call_soon_threadsafe(events.put_nowait, event))
        if not self._calls.begin(call):
            raise BackendUnavailableError("The backend was not started.")
        event: Event | None = None
        try:
            while not isinstance(event, Finished):
                event = await events.get()
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            # Nobody reads on. One that has finished is let be: it leaves its connection fit for the next.
            if not isinstance(event, Finished):
                self._calls.end(call)

    async def cancel(self, request_id: str) -> None:
        """End a request soon, which closes its connection; see `CompletionBackend.cancel`."""
        self._calls.cancel(request_id)
