"""The backends of one worker process, on one event loop, with a heartbeat and an ear for cancellations."""

import asyncio
import os
import secrets
import socket
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

import uvloop
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles.streaming import CANCEL_CHANNEL
from models_registry.heartbeat import WorkerState, beat, forget
from models_registry.inference.errors import BackendUnavailableError
from models_registry.inference.protocol import CompletionBackend
from models_registry.models import Endpoint
from models_registry.opening import open_endpoint
from models_registry.redis_connection import async_client

if TYPE_CHECKING:
    import redis.asyncio

logger = get_logger(__name__)

Result = TypeVar("Result")
BEAT_SECONDS = 2.0
RECONNECT_SECONDS = 1.0
IDLE_SECONDS = 0.5


class Workbench:
    """Opens a backend once, at start or at its first use, and lets the tasks' threads wait for the event loop."""

    def __init__(self) -> None:
        self._loop = uvloop.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="workbench", daemon=True)
        self._backends: dict[str, asyncio.Task[CompletionBackend]] = {}
        self._versions: dict[str, str] = {}
        # Replaced by others, with answers of theirs still running.
        self._leaving: list[asyncio.Task[CompletionBackend]] = []
        self._chores: list[asyncio.Task[None]] = []
        # A name of its own for each start: another process that gets the same number is another worker.
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self.redis: redis.asyncio.Redis

    def start(self) -> None:
        """Start the loop, the heartbeat and the ear for cancellations."""
        self._thread.start()
        self.run(self._begin())

    async def _begin(self) -> None:
        self.redis = async_client()
        self._chores = [asyncio.create_task(self._beat_always()), asyncio.create_task(self._listen_always())]

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:  # Any: what a coroutine yields and takes is unused
        """Run a coroutine on the loop and block this thread until it ends; its exception is raised here."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def open_soon(self, queues: frozenset[str]) -> None:
        """Begin to load every enabled endpoint of these queues, without waiting."""
        slugs = list(
            Endpoint.objects.filter(enabled=True, queue__in=queues).order_by("pk").values_list("slug", flat=True)
        )
        self._loop.call_soon_threadsafe(lambda: [self._opening(slug) for slug in slugs])

    def _opening(self, slug: str) -> asyncio.Task[CompletionBackend]:
        task = self._backends.get(slug)
        if task is None or (task.done() and task.exception() is not None):
            task = self._backends[slug] = asyncio.ensure_future(self._open(slug))
        return task

    async def _open(self, slug: str) -> CompletionBackend:
        endpoint = await _enabled_endpoint(slug)
        if endpoint is None:
            message = f"endpoint {slug} does not exist or is switched off"
            raise BackendUnavailableError(message)
        self._versions[slug] = endpoint.version
        logger.info("backend_opening", endpoint=slug)
        # Loading weights takes seconds of pure computing: never on the loop.
        backend = await asyncio.to_thread(open_endpoint, endpoint.backend, endpoint.options)
        logger.info("backend_ready", endpoint=slug)
        return backend

    async def backend(self, slug: str, *, version: str | None = None) -> CompletionBackend:
        """Return the backend of an endpoint, waiting while it loads.

        With another `version` than that of the open one, the endpoint is looked at again, and opened anew if it has
        changed; the old backend ends once its answers have.

        Raises
        ------
        InferenceError
            When it cannot be opened; the next call tries again.
        """
        if slug in self._backends and version not in {None, self._versions.get(slug)}:
            await self._retire_if_outdated(slug)
        return await asyncio.shield(self._opening(slug))

    async def _retire_if_outdated(self, slug: str) -> None:
        """Let go of a backend whose endpoint has changed since it was opened."""
        endpoint = await _enabled_endpoint(slug)
        if endpoint is None or endpoint.version == self._versions.get(slug):
            return
        # Before anything is awaited, so that of several callers one replaces it.
        self._versions[slug] = endpoint.version
        if old := self._backends.pop(slug, None):
            logger.info("backend_outdated", endpoint=slug)
            self._leaving.append(old)
            self._chores.append(asyncio.create_task(self._close_when_idle(old)))

    async def _close_when_idle(self, opening: asyncio.Task[CompletionBackend]) -> None:
        await asyncio.wait([opening])
        if not opening.cancelled() and opening.exception() is None:
            backend = opening.result()
            # Whoever has just got it may not have asked it yet.
            await asyncio.sleep(IDLE_SECONDS)
            while backend.active or backend.queued:  # noqa: ASYNC110 - no backend tells when it becomes idle
                await asyncio.sleep(IDLE_SECONDS)
            await asyncio.to_thread(backend.close)
        self._leaving.remove(opening)

    async def cancel(self, completion_id: int) -> None:
        """Ask every open backend to drop a completion; those that do not have it ignore that."""
        for backend in self._open_backends():
            await backend.cancel(str(completion_id))

    def _open_backends(self) -> list[CompletionBackend]:
        tasks = [*self._backends.values(), *self._leaving]
        done = (task for task in tasks if task.done() and not task.cancelled())
        return [task.result() for task in done if task.exception() is None]

    async def _listen_always(self) -> None:
        while True:
            try:
                async with async_client() as connection, connection.pubsub() as channel:
                    await channel.subscribe(CANCEL_CHANNEL)
                    async for message in channel.listen():
                        if message["type"] == "message":
                            await self.cancel(int(message["data"]))
            except (RedisError, OSError):
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _beat_always(self) -> None:
        while True:
            try:
                await sync_to_async(beat, thread_sensitive=False)(self.state())
            except (RedisError, OSError):
                logger.warning("heartbeat_lost")
            await asyncio.sleep(BEAT_SECONDS)

    def state(self) -> WorkerState:
        """Return what this worker can serve now."""
        # A copy, because the loop may open another one meanwhile and tests ask from their own thread.
        backends_now = dict(self._backends)
        done = {slug: task for slug, task in backends_now.items() if task.done()}
        failed = {slug for slug, task in done.items() if task.cancelled() or task.exception() is not None}
        backends = self._open_backends()
        return WorkerState(
            worker=self.name,
            ready=tuple(sorted(slug for slug in done if slug not in failed and done[slug].result().ready)),
            loading=tuple(sorted(set(backends_now) - set(done))),
            failed=tuple(sorted(failed)),
            active=sum(backend.active for backend in backends),
            queued=sum(backend.queued for backend in backends),
        )

    def close(self) -> None:
        """Withdraw the heartbeat, end the backends, the connections and the loop; nothing works afterwards."""
        self.run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        for backend in self._open_backends():
            await asyncio.to_thread(backend.close)
        try:
            await asyncio.to_thread(forget, self.name)
        except RedisError:
            logger.warning("heartbeat_not_withdrawn")
        await self.redis.aclose()


@database_sync_to_async
def _enabled_endpoint(slug: str) -> Endpoint | None:
    return Endpoint.objects.filter(slug=slug, enabled=True).first()


class _Place:
    """Holds the one workbench of a process; `lru_cache` would let two threads make two."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bench: Workbench | None = None

    def get(self) -> Workbench:
        with self._lock:
            if self._bench is None:
                self._bench = Workbench()
                self._bench.start()
            return self._bench

    def clear(self) -> None:
        with self._lock:
            if self._bench is not None:
                self._bench.close()
            self._bench = None


_place = _Place()


def workbench() -> Workbench:
    """Return the workbench of this process, started at the first call."""
    return _place.get()


def close_workbench() -> None:
    """End the workbench, if there is one; the next call of `workbench` starts another."""
    _place.clear()
