"""A real server of another make, with the real demo weights."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models_registry.inference.errors import MisconfiguredBackendError, PromptTooLongError
from models_registry.inference.protocol import Finished
from models_registry.inference.registry import open_backend
from models_registry.inference.remote.openai_backend import OpenAIBackend
from models_registry.inference.weights import find_demo_weights

pytestmark = [pytest.mark.integration, pytest.mark.slow]

pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")

SCRIPT = Path(__file__).with_name("llama_server.py")
KEY = "a-key-of-this-test"


@pytest.fixture(scope="module")
def llama_address() -> Iterator[str]:
    try:
        weights = find_demo_weights()
    except MisconfiguredBackendError as missing:
        pytest.skip(str(missing))
    command = [sys.executable, str(SCRIPT), str(weights), KEY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        line = next(line for line in process.stdout if line.startswith("serving at "))
        yield line.removeprefix("serving at ").strip()
        process.communicate(timeout=30)


@pytest.fixture
def llama(llama_address, monkeypatch) -> Iterator[OpenAIBackend]:
    monkeypatch.setenv("LLAMA_API_KEY", KEY)
    names = {"top_k": "top_k", "repetition_penalty": "repeat_penalty"}
    options = {"base_url": f"{llama_address}/v1", "model": "smollm2", "key_env": "LLAMA_API_KEY", "parameters": names}
    backend = open_backend("openai", {**options, "allow_private": True})
    backend.start()
    yield backend
    backend.close()


async def test_real_server_answers_two_at_once_in_pieces(llama, make_request):
    async def events(number: int) -> list[object]:
        request = make_request("What is the capital of France?", request_id=str(number), max_new_tokens=24)
        return [event async for event in llama.stream(request)]

    first, second = await asyncio.gather(events(1), events(2))

    for answer in (first, second):
        assert len(answer) > 5
        assert "".join(event.text for event in answer[:-1]).strip()
        assert answer[-1].reason in {"stop", "length"}
        assert answer[-1].usage.prompt_tokens > 5
        assert 5 < answer[-1].usage.completion_tokens <= 24


async def test_real_server_keeps_to_the_longest_answer(llama, make_request, read_all):
    _, ending = await read_all(llama, make_request("Tell me a long story.", max_new_tokens=8))

    assert (ending.reason, ending.usage.completion_tokens) == ("length", 8)


async def test_real_server_stops_when_cancelled(llama, make_request):
    events = []

    async for event in llama.stream(make_request("Tell me a long story.", request_id="long", max_new_tokens=400)):
        events.append(event)
        if len(events) == 3:
            await llama.cancel("long")

    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "cancelled"
    assert len(events) < 100


async def test_real_server_says_that_a_prompt_is_too_long(llama, make_request, read_all):
    with pytest.raises(PromptTooLongError):
        await read_all(llama, make_request("word " * 3000))


async def test_real_server_refuses_a_wrong_key(llama, make_request, read_all, monkeypatch):
    monkeypatch.setenv("LLAMA_API_KEY", "another")

    with pytest.raises(MisconfiguredBackendError, match="does not accept the key"):
        await read_all(llama, make_request())
