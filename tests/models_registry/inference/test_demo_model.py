"""The real weights: they convert, load, and answer as `generate` does."""

import asyncio
import json
import threading

import pytest
import torch
from transformers import AutoModelForCausalLM

from models_registry.inference.convert import ensure_demo_weights, is_converted
from models_registry.inference.host import HostRoster, TransformersConfig
from models_registry.inference.library import ModelLibrary, Placement
from models_registry.inference.protocol import ChatMessage, CompletionRequest, SamplingParameters
from models_registry.inference.transformers_backend import TransformersBackend

pytestmark = pytest.mark.slow

QUESTIONS = ("What is the capital of France?", "Name three colours.", "Why is the sky blue?", "Say hello in German.")
PASSAGE = (
    "The ferry left the harbour a little after seven, when the light was still grey. Most of the passengers were "
    "people who lived on the island and worked in town. They carried bags of shopping and the tired look of a long "
    "week. Halfway across, the engine stopped. Nobody seemed worried at first. The captain came out of his cabin and "
    "explained that a filter was blocked and that it would take about twenty minutes to clean it."
)


def ask(question, request_id, *, max_new_tokens=16):
    messages = (ChatMessage("system", "You are a helpful assistant."), ChatMessage("user", question))
    return CompletionRequest(
        request_id, messages, SamplingParameters(temperature=0.0, max_new_tokens=max_new_tokens), 1
    )


def load(folder, variant, dtype):
    library = ModelLibrary()
    library.expect()
    return library.load(folder, variant, Placement("cpu", dtype))


def perplexity(loaded):
    ids = torch.tensor([loaded.tokenizer._backend.encode(PASSAGE).ids])
    with torch.inference_mode():
        logits = loaded.model(ids).logits[0, :-1]
    return torch.nn.functional.cross_entropy(logits, ids[0, 1:]).exp().item()


async def test_demo_model_gives_the_greedy_text_of_generate(demo_folder, read_all):
    reference = AutoModelForCausalLM.from_pretrained(demo_folder, dtype=torch.float32).eval()
    config = TransformersConfig(
        str(demo_folder), device="cpu", dtype="float32", slots=3, max_context=256, prefill_tokens=16
    )
    backend = TransformersBackend(config, roster=HostRoster())
    backend.start()
    try:
        backend.wait_until_ready(120)
        answers = await asyncio.gather(*(read_all(backend, ask(question, question)) for question in QUESTIONS))
        chat = backend._host.loaded.tokenizer
    finally:
        backend.close()

    expected = []
    for question in QUESTIONS:
        prompt = torch.tensor([chat.encode(ask(question, "r").messages)])
        output = reference.generate(prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=16)
        expected.append(chat._tokenizer.decode(output[0, prompt.shape[1] :], skip_special_tokens=True))
    assert [text for text, _ in answers] == expected


async def test_demo_model_in_8_bits_knows_the_capital_of_france(demo_folder, read_all):
    backend = TransformersBackend(
        TransformersConfig(str(demo_folder), device="cpu", dtype="int8", max_context=256), roster=HostRoster()
    )
    backend.start()
    try:
        backend.wait_until_ready(120)
        text, ending = await read_all(backend, ask(QUESTIONS[0], "r", max_new_tokens=48))
    finally:
        backend.close()

    assert "Paris" in text
    assert ending.reason == "stop"


def test_demo_variants_have_the_known_order(demo_folder):
    library = ModelLibrary()
    names = ("base", "drop1", "drop2", "w3")
    for _ in names:
        library.expect()

    loaded = {name: library.load(demo_folder, name, Placement("cpu", "int8")) for name in names}

    measured = {name: perplexity(model) for name, model in loaded.items()}
    assert sorted(measured, key=measured.get) == ["base", "drop1", "drop2", "w3"]
    assert measured["base"] < 1.15 * perplexity(load(demo_folder, "base", "float32"))
    assert len({model.revision for model in loaded.values()}) == 4


def test_ensure_demo_weights_leaves_a_finished_folder_alone(demo_folder):
    weights = demo_folder / "model.safetensors"
    before = weights.stat().st_mtime_ns
    lines = []

    again = ensure_demo_weights(demo_folder.parent, lines.append)

    assert again == demo_folder
    assert weights.stat().st_mtime_ns == before
    assert lines == []


def test_ensure_demo_weights_converts_once_for_many_who_ask(demo_folder, tmp_path):
    (demo_folder_in := tmp_path / demo_folder.name).mkdir()
    (demo_folder_in / "conversion.json").write_text(json.dumps({"converter": 0}))
    lines = []
    threads = [threading.Thread(target=ensure_demo_weights, args=(tmp_path, lines.append)) for _ in range(2)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert is_converted(demo_folder_in)
    assert lines.count("The demo weights are ready") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [demo_folder.name, f"{demo_folder.name}.lock"]
    assert (demo_folder_in / "model.safetensors").read_bytes() == (demo_folder / "model.safetensors").read_bytes()
