"""A server that can be wrong in every way, and backends that ask it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
import pytest_asyncio

from models_registry.inference.protocol import Finished
from models_registry.inference.registry import open_backend
from models_registry.inference.remote import conversing
from models_registry.inference.remote.openai_backend import OpenAIBackend
from tests.models_registry.inference.remote.lying_server import LyingServer


@pytest_asyncio.fixture
async def server() -> AsyncIterator[LyingServer]:
    lying = LyingServer()
    listening = await asyncio.start_server(lying.serve, "127.0.0.1", 0)
    lying.port = listening.sockets[0].getsockname()[1]
    yield lying
    listening.close()
    for exchange in lying.seen:
        exchange.writer.close()


@pytest.fixture
def quick_retries(monkeypatch) -> None:
    """Makes the pauses before retries short; what the server asks for is kept."""
    monkeypatch.setattr(conversing, "FIRST_PAUSE", 0.01)


@pytest.fixture
def open_remote(server: LyingServer) -> Iterator[Callable[..., OpenAIBackend]]:
    """Return a function that starts a backend which asks the server, without retries unless told otherwise."""
    backends = []

    def start(**options: object) -> OpenAIBackend:
        given = {"base_url": server.base_url, "model": "m-1", "allow_private": True, "retries": 0, **options}
        backend = open_backend("openai", given)
        backends.append(backend)
        backend.start()
        return backend

    yield start
    for backend in backends:
        backend.close()


@pytest.fixture
def ask(open_remote, make_request, read_all) -> Callable[..., Awaitable[tuple[str, Finished]]]:
    """Return a function that opens a backend with these options, asks once, and returns text and ending."""

    async def ask_once(prompt: str = "Hello", **options: object) -> tuple[str, Finished]:
        return await read_all(open_remote(**options), make_request(prompt))

    return ask_once
