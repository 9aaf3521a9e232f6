"""Tokens per second, first token and perplexity: our engine in 8 bits against one-at-a-time `generate` in fp32.

Run it on a machine with nothing else to do:

    python benchmarks/generation_engine.py

Both read the same files, answer the same prompts with the same sampling, and stop after the same number of tokens.
`measure` takes any `CompletionBackend`, so that another way to the same model can be put in the same table.
"""

import argparse
import asyncio
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.generation import BaseStreamer

from models_registry.inference.convert import ensure_demo_weights
from models_registry.inference.host import TransformersConfig
from models_registry.inference.library import ModelLibrary, resolve_placement
from models_registry.inference.protocol import (
    ChatMessage,
    CompletionBackend,
    CompletionRequest,
    Delta,
    SamplingParameters,
)
from models_registry.inference.transformers_backend import TransformersBackend

SYSTEM_PROMPT = "You are a helpful assistant. Answer briefly."
QUESTIONS = (
    "What is a good way to learn a new language as an adult?",
    "Explain to a child why the sky is blue.",
    "Write two sentences about a lighthouse in winter.",
    "How do I keep bread fresh for longer?",
    "Name three rivers in Europe and say where they end.",
    "What should I take along on a walk in the mountains?",
    "Why do cats purr?",
    "Give me an idea for a birthday present for my grandfather.",
)
READING = """\
The ferry left the harbour a little after seven, when the light was still grey and the gulls had only begun to argue \
over the scraps behind the fish market. Most of the passengers were people who lived on the island and worked in town. \
They carried bags of shopping, a new kettle, a bicycle wheel, and the tired look of a long week. An old man sat near \
the window and read a newspaper that was two days old. Next to him a girl was doing her homework, a page of fractions, \
and now and then she asked him what a word meant.

Halfway across, the engine stopped. Nobody seemed worried at first. The captain came out of his cabin, wiped his hands \
on a rag, and explained that a filter was blocked and that it would take about twenty minutes to clean it. The sea was \
calm. Someone opened a flask of tea and shared it with the people on the nearest bench. A boy who had been bored since \
the harbour ran from one side of the boat to the other, counting jellyfish, until his mother told him to sit down.

Without the noise of the engine it was possible to hear other things: the water against the hull, the rope that tapped \
on the mast, and a dog that sighed in its sleep. The old man folded his newspaper. He told the girl that when he was \
young the crossing was made by sail, and that on some days there was no wind at all, so that everybody had to wait for \
the tide. She asked whether they had been angry about it. He thought for a moment and said that they had mostly been \
hungry.

When the engine started again, there was a small cheer. By half past eight the houses of the village could be seen, \
with their white walls and their blue doors, and a line of children was already waiting on the pier to catch the ropes.
"""


@dataclass(frozen=True)
class Figures:
    """One row of the table."""

    tokens_per_second: float
    first_token_of_last: float


def requests(count: int, new_tokens: int) -> list[CompletionRequest]:
    """Return the workload: questions in turn, each with its own seed."""
    sampling = SamplingParameters(temperature=0.7, top_p=0.95, top_k=50, max_new_tokens=new_tokens)
    return [
        CompletionRequest(
            request_id=f"bench-{index}",
            messages=(
                ChatMessage("system", SYSTEM_PROMPT),
                ChatMessage("user", QUESTIONS[index % len(QUESTIONS)]),
            ),
            sampling=sampling,
            seed=index,
        )
        for index in range(count)
    ]


async def measure(backend: CompletionBackend, workload: Sequence[CompletionRequest]) -> Figures:
    """Send all requests at once and time what comes back."""
    began = time.perf_counter()

    async def answer(request: CompletionRequest) -> tuple[float, int]:
        first = math.inf
        tokens = 0
        async for event in backend.stream(request):
            if isinstance(event, Delta):
                first = min(first, time.perf_counter() - began)
            else:
                tokens = event.usage.completion_tokens
        return first, tokens

    answers = await asyncio.gather(*(answer(request) for request in workload))
    elapsed = time.perf_counter() - began
    return Figures(sum(tokens for _, tokens in answers) / elapsed, max(first for first, _ in answers))


class _FirstToken(BaseStreamer):
    """Notes when the first new token came; the prompt is put first."""

    def __init__(self) -> None:
        self.puts: list[float] = []

    def put(self, value: object) -> None:  # noqa: ARG002 - the name is the protocol
        self.puts.append(time.perf_counter())

    def end(self) -> None:
        pass


def measure_generate(
    model: PreTrainedModel, encode: Callable[[Sequence[ChatMessage]], list[int]], workload: Sequence[CompletionRequest]
) -> Figures:
    """Answer all requests, which arrive at once, one after another with `generate`."""
    began = time.perf_counter()
    tokens = 0
    first = 0.0
    for request in workload:
        torch.manual_seed(request.seed)
        prompt = torch.tensor([encode(request.messages)])
        streamer = _FirstToken()
        output = model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            do_sample=True,
            temperature=request.sampling.temperature,
            top_p=request.sampling.top_p,
            top_k=request.sampling.top_k,
            max_new_tokens=request.sampling.max_new_tokens,
            streamer=streamer,
        )
        tokens += output.shape[1] - prompt.shape[1]
        first = streamer.puts[1] - began
    return Figures(tokens / (time.perf_counter() - began), first)


@torch.inference_mode()
def perplexity(model: PreTrainedModel, token_ids: list[int]) -> float:
    """Return exp of the mean negative log-likelihood of each token after the first."""
    ids = torch.tensor([token_ids])
    logits = model(ids).logits[0, :-1]
    return torch.nn.functional.cross_entropy(logits.float(), ids[0, 1:]).exp().item()


def report(folder: Path, new_tokens: int, counts: Sequence[int]) -> None:
    """Print the table."""
    backend = TransformersBackend(TransformersConfig(str(folder), dtype="int8", device="cpu"))
    backend.start()
    backend.wait_until_ready()
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    reference.generation_config.max_length = None
    library = ModelLibrary()
    library.expect()
    quantised = library.load(folder, "base", resolve_placement("cpu", "int8"))

    measure_generate(reference, quantised.tokenizer.encode, requests(1, 4))  # warm
    asyncio.run(measure(backend, requests(2, 4)))
    print(f"{new_tokens} new tokens each, {torch.get_num_threads()} torch thread(s), {os.cpu_count()} processors")
    print(f"{'at once':>8} {'engine int8':>12} {'generate fp32':>14} {'ratio':>6}   first token of the last")
    for count in counts:
        ours = asyncio.run(measure(backend, requests(count, new_tokens)))
        theirs = measure_generate(reference, quantised.tokenizer.encode, requests(count, new_tokens))
        print(
            f"{count:8d} {ours.tokens_per_second:6.1f} tok/s {theirs.tokens_per_second:8.1f} tok/s"
            f" {ours.tokens_per_second / theirs.tokens_per_second:6.1f}"
            f"   {ours.first_token_of_last:.2f} s against {theirs.first_token_of_last:.2f} s"
        )
    token_ids = AutoTokenizer.from_pretrained(folder)(READING)["input_ids"]
    plain, packed = perplexity(reference, token_ids), perplexity(quantised.model, token_ids)
    print(f"perplexity over {len(token_ids)} tokens: int8 {packed:.2f}, fp32 {plain:.2f}, {packed / plain - 1:+.1%}")
    backend.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("PARALLAX_VAR", "var")) / "models")
    parser.add_argument("--new-tokens", type=int, default=48)
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 8, 16])
    arguments = parser.parse_args()
    report(ensure_demo_weights(arguments.models, print), arguments.new_tokens, arguments.at_once)


if __name__ == "__main__":
    main()
