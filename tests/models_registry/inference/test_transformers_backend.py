import asyncio
import threading
import time
from dataclasses import replace

import pytest
import torch

from models_registry.inference.errors import (
    BackendUnavailableError,
    EmptyAnswerError,
    MisconfiguredBackendError,
    PromptTooLongError,
)
from models_registry.inference.host import HostRoster, TransformersConfig
from models_registry.inference.protocol import ChatMessage, CompletionRequest, Finished, SamplingParameters, Usage
from models_registry.inference.transformers_backend import TransformersBackend


async def test_backend_gives_the_greedy_text_of_generate(start_backend, tiny_model, make_request, read_all):
    backend = start_backend()
    tokenizer = backend._host.loaded.tokenizer
    prompt = torch.tensor([tokenizer.encode((ChatMessage("user", "Grüße 🌍"),))])
    output = tiny_model.generate(prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=40)
    answer = output[0, prompt.shape[1] :].tolist()
    stopped = answer[-1] == 257
    expected = tokenizer._tokenizer.decode(answer, skip_special_tokens=True)

    text, ending = await read_all(backend, make_request("Grüße 🌍", max_new_tokens=40))

    assert text == expected.rstrip("\N{REPLACEMENT CHARACTER}")
    assert ending == Finished("stop" if stopped else "length", Usage(prompt.shape[1], len(answer) - stopped))


async def test_backend_answers_many_at_once_as_one_by_one(start_backend, make_request, read_all):
    backend = start_backend(slots=4, prefill_tokens=32)
    requests = [
        make_request("x" * (7 * index), request_id=f"r{index}", seed=index, temperature=1.0) for index in range(9)
    ]

    alone = [await read_all(backend, request) for request in requests]
    together = await asyncio.gather(*(read_all(backend, request) for request in requests))

    assert together == alone
    assert len({text for text, _ in alone}) == len(alone)


async def test_backend_refuses_a_conversation_that_does_not_fit(start_backend, make_request, read_all):
    backend = start_backend(max_context=64)

    with pytest.raises(PromptTooLongError):
        await read_all(backend, make_request("x" * 60))

    assert (backend.active, backend.queued) == (0, 0)


async def test_backend_cancels_from_another_thread(start_backend, make_request):
    backend = start_backend()
    events = []

    async for event in backend.stream(make_request(max_new_tokens=150, request_id="c")):
        if not events:
            thread = threading.Thread(target=lambda: asyncio.run(backend.cancel("c")))
            thread.start()
            thread.join()
        events.append(event)

    assert events[-1].reason == "cancelled"
    assert events[-1].usage.completion_tokens < 150


async def test_backend_frees_the_slot_of_a_reader_who_turns_away(start_backend, make_request, read_all, read_some):
    backend = start_backend(slots=1)

    events = await read_some(backend, make_request(max_new_tokens=150, request_id="a"), 2)
    _, ending = await read_all(backend, make_request(request_id="b"))

    assert len(events) == 2
    assert ending.reason == "length"
    assert backend.active == 0


def test_backend_serves_several_event_loops_at_once(start_backend, make_request, read_all):
    backend = start_backend()
    answers = {}

    def run(name):
        answers[name] = asyncio.run(read_all(backend, make_request(request_id=name)))

    threads = [threading.Thread(target=run, args=(f"t{index}",)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert list(answers.values()) == [answers["t0"]] * 4


async def test_backend_raises_when_the_model_says_nothing(start_backend, make_request, read_all):
    backend = start_backend()
    first, _ = await read_all(backend, make_request(max_new_tokens=4))
    loaded = backend._host.loaded
    backend._host.loaded = replace(loaded, stop_ids=frozenset(loaded.tokenizer._backend.encode(first).ids))

    with pytest.raises(EmptyAnswerError):
        await read_all(backend, make_request(max_new_tokens=4))


async def test_backend_waits_for_the_model_to_load(tiny_folder, make_request, read_all):
    backend = TransformersBackend(
        TransformersConfig(str(tiny_folder), device="cpu", dtype="float32", max_context=128), roster=HostRoster()
    )
    try:
        backend.start()
        was_ready = backend.ready
        _, ending = await read_all(backend, make_request())
    finally:
        backend.close()

    assert not was_ready
    assert ending.reason == "length"


async def test_backend_cancels_a_request_that_waits_for_the_model(tiny_folder, make_request, read_all):
    backend = TransformersBackend(
        TransformersConfig(str(tiny_folder), device="cpu", dtype="float32", max_context=128), roster=HostRoster()
    )
    try:
        backend.start()
        reading = asyncio.ensure_future(read_all(backend, make_request(request_id="early")))
        await asyncio.sleep(0)
        await backend.cancel("early")
        text, ending = await reading
    finally:
        backend.close()

    assert (text, ending) == ("", Finished("cancelled", Usage(0, 0)))


async def test_backend_that_was_not_started_is_unavailable(tiny_folder, make_request, read_all):
    backend = TransformersBackend(TransformersConfig(str(tiny_folder)), roster=HostRoster())

    with pytest.raises(BackendUnavailableError):
        await read_all(backend, make_request())

    assert (backend.ready, backend.active, backend.queued) == (False, 0, 0)


@pytest.mark.parametrize(
    "options",
    [
        {"model_path": "/nowhere"},
        {"variant": "w9"},
        {"variant": "drop2"},  # the tiny model has three layers only
        {"dtype": "int7"},
        {"device": "cuda", "dtype": "int8"},
    ],
)
def test_backend_says_why_a_model_cannot_be_loaded(tiny_folder, options):
    settings = {"model_path": str(tiny_folder), "device": "cpu", **options}
    backend = TransformersBackend(TransformersConfig(**settings), roster=HostRoster())
    backend.start()

    with pytest.raises(MisconfiguredBackendError):
        backend.wait_until_ready(60)

    assert not backend.ready


async def test_backends_of_one_configuration_share_an_engine(tiny_folder, make_request, read_all):
    roster = HostRoster()
    config = TransformersConfig(str(tiny_folder), device="cpu", dtype="float32", max_context=128)
    first, second = TransformersBackend(config, roster=roster), TransformersBackend(config, roster=roster)
    first.start()
    second.start()
    second.wait_until_ready(60)

    engines = (first._host.engine, second._host.engine)
    first.close()
    _, ending = await read_all(second, make_request())
    second.close()

    assert engines[0] is engines[1]
    assert ending.reason == "length"
    assert not engines[0].ready


async def test_backend_reports_how_busy_it_is(start_backend, make_request, read_all):
    backend = start_backend(slots=2)
    requests = [make_request(request_id=f"r{index}", max_new_tokens=100) for index in range(5)]
    seen = set()

    async def watch():
        while True:
            seen.add((backend.active, backend.queued))
            await asyncio.sleep(0.001)

    watcher = asyncio.ensure_future(watch())
    await asyncio.gather(*(read_all(backend, request) for request in requests))
    watcher.cancel()

    assert (2, 3) in seen
    assert (backend.active, backend.queued) == (0, 0)


async def test_backend_uses_the_whole_conversation(start_backend, read_all):
    backend = start_backend()
    sampling = SamplingParameters(temperature=0.0, max_new_tokens=12)
    conversation = (ChatMessage("user", "A"), ChatMessage("assistant", "B"), ChatMessage("user", "C"))

    whole, _ = await read_all(backend, CompletionRequest("whole", conversation, sampling, 1))
    last, _ = await read_all(backend, CompletionRequest("last", conversation[-1:], sampling, 1))

    assert whole != last


async def test_backend_lets_others_work_while_it_closes(start_backend, make_request):
    backend = start_backend()
    stream = backend.stream(make_request(max_new_tokens=150))
    await anext(stream)

    began = time.monotonic()
    backend.close()
    with pytest.raises(BackendUnavailableError):
        async for _ in stream:
            pass

    assert time.monotonic() - began < 10


def test_backends_that_start_together_share_the_tensors_of_their_variants(tiny_folder):
    roster = HostRoster()
    configs = [
        TransformersConfig(str(tiny_folder), variant=name, device="cpu", dtype="int8") for name in ("base", "w3")
    ]
    backends = [TransformersBackend(config, roster=roster) for config in configs]

    for backend in backends:
        backend.start()
    for backend in backends:
        backend.wait_until_ready(60)
    base, rounded = (backend._host.loaded.model for backend in backends)
    for backend in backends:
        backend.close()

    assert base.model.embed_tokens.weight is rounded.model.embed_tokens.weight
    assert base.lm_head._weight is rounded.lm_head._weight
    assert base.model.layers[0].mlp.up_proj._weight is not rounded.model.layers[0].mlp.up_proj._weight
    assert backends[0].ready is False
