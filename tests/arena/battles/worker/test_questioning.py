"""The test of an endpoint as a worker runs it, and a battle answered by a remote server."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio
import redis
from django.core.cache import cache
from django.db import connections

from arena.battles.models import Completion
from arena.battles.worker.questioning import run_endpoint_test
from arena.battles.worker.relay import run_completion
from arena.battles.worker.workbench import close_workbench
from models_registry.endpoint_tests import QUESTION, EndpointTest, find_test, keep_test
from models_registry.inference.protocol import SamplingParameters
from models_registry.models import Contestant, Endpoint
from tests.factories import make_arena, make_battle, make_contestant
from tests.models_registry.inference.remote.lying_server import Exchange, LyingServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.integration]


@pytest.fixture(autouse=True)
def _fresh_workbench(redis_client: redis.Redis) -> Iterator[None]:
    cache.clear()
    yield
    close_workbench()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[LyingServer]:
    lying = LyingServer()
    listening = await asyncio.start_server(lying.serve, "127.0.0.1", 0)
    lying.port = listening.sockets[0].getsockname()[1]
    yield lying
    listening.close()


async def fine(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.say("Hel", "lo.", reason="stop")
    await exchange.send(f"data: {json.dumps({'choices': [], 'usage': {'completion_tokens': 2}})}\n\ndata: [DONE]\n\n")


async def refuses(exchange: Exchange) -> None:
    await exchange.head(404, "application/json")
    await exchange.send(json.dumps({"error": {"message": "no model m-1 here"}}))


def remote(server: LyingServer, **options: object) -> dict[str, object]:
    return {"base_url": server.base_url, "model": "m-1", "allow_private": True, "retries": 0, **options}


async def in_a_worker(work: Callable[[], None]) -> None:
    """Run this in a thread of its own, as a worker does, while the server answers on this event loop."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    await asyncio.to_thread(run)


async def outcome(backend: str, options: dict[str, object], *, enabled: bool = True) -> EndpointTest:
    def work() -> None:
        Endpoint.objects.create(slug="far", backend=backend, options=options, enabled=enabled)
        keep_test("t", EndpointTest(endpoint="far", asked_at=time.time()))
        run_endpoint_test(token="t")

    await in_a_worker(work)
    found = find_test("t")
    assert found is not None
    return found


async def test_remote_endpoint_is_tested_before_it_is_switched_on(server):
    server.replies.append(fine)

    test = await outcome("openai", remote(server), enabled=False)

    assert (test.state, test.answer, test.completion_tokens) == ("answered", "Hello.", 2)
    assert 0 <= test.first_text_ms <= test.total_ms
    assert server.seen[0].body["messages"][-1]["content"] == QUESTION


async def test_failure_of_a_remote_endpoint_is_kept_with_what_it_wrote(server):
    server.replies.append(refuses)

    test = await outcome("openai", remote(server))

    assert (test.state, test.failure, test.said) == ("failed", "misconfigured", "no model m-1 here")
    assert test.detail == "The server knows no such address or model (status 404)."


async def test_private_address_is_explained(server):
    test = await outcome("openai", remote(server, allow_private=False))

    assert (test.state, test.failure, server.seen) == ("failed", "forbidden_address", [])
    assert "ALLOW_PRIVATE_ENDPOINTS" in test.detail


async def test_local_endpoint_is_tested_by_the_backend_that_the_worker_holds():
    test = await outcome("scripted", {"text": "Hello from here."})

    assert (test.state, test.answer) == ("answered", "Hello from here.")


async def test_server_that_is_not_registered_yet_is_asked_as_a_contestant_would_be(server):
    server.replies.append(fine)
    asked = EndpointTest(
        endpoint="",
        asked_at=time.time(),
        options=remote(server),
        system_prompt="Be a pirate.",
        prompt="Who are you?",
        sampling=SamplingParameters(temperature=0.3, top_p=0.9, top_k=0, max_new_tokens=7),
    )
    keep_test("t", asked)

    await in_a_worker(lambda: run_endpoint_test(token="t"))

    body = server.seen[0].body
    assert find_test("t").answer == "Hello."
    assert [message["content"] for message in body["messages"]] == ["Be a pirate.", "Who are you?"]
    assert (body["temperature"], body["top_p"], body["max_tokens"]) == (0.3, 0.9, 7)


async def test_options_that_cannot_be_used_are_explained():
    test = await outcome("openai", {"model": "m-1"})

    assert (test.state, test.failure) == ("failed", "misconfigured")
    assert test.detail.startswith("base_url: missing.")


def test_forgotten_test_is_let_be():
    run_endpoint_test(token="unknown")

    assert find_test("unknown") is None


async def test_battle_is_answered_by_a_remote_server(server):
    server.replies.append(fine)
    stored = []

    def work() -> None:
        arena = make_arena()
        endpoint = Endpoint.objects.create(slug="far", backend="openai", options=remote(server))
        Contestant.objects.update(status=Contestant.Status.RETIRED)
        arena.first = make_contestant(name="One", endpoint=endpoint, top_k=0)
        completion = make_battle(arena).turns.get().completions.get(side="a")
        run_completion(completion_id=completion.pk)
        stored.append(Completion.objects.get(pk=completion.pk))

    await in_a_worker(work)

    assert [(row.status, row.text, row.finish_reason) for row in stored] == [("done", "Hello.", "stop")]
    assert [(row.prompt_tokens, row.completion_tokens) for row in stored] == [(None, 2)]
    assert server.seen[0].body["messages"][-1] == {"role": "user", "content": "Why is the sky blue?"}
