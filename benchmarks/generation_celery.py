"""Answers through the whole way of a battle, Celery and Redis included, against one-at-a-time `generate` in fp32.

    python benchmarks/generation_celery.py

Completions wait on the queue of a generation worker, a real process with the demo's model in 8 bits; their text
is read from the Redis streams as a web process reads it. The peer answers the same prompts with the same sampling in
this process, one after another. The perplexity of both is that of `generation_engine.py`.
"""

import argparse
import asyncio
import os
from collections.abc import AsyncGenerator
from pathlib import Path

import torch
from asgiref.sync import sync_to_async
from generation_engine import READING, measure, measure_generate, perplexity, requests
from stack import running_process, running_services
from transformers import AutoModelForCausalLM, AutoTokenizer

from models_registry.inference.convert import ensure_demo_weights
from models_registry.inference.library import ModelLibrary, resolve_placement
from models_registry.inference.protocol import CompletionRequest, Delta, Finished, Usage

POLL_SECONDS = 0.02
WORKER = ("celery", "-A", "arena.config.celery", "--quiet", "worker", "-P", "threads", "-c", "16", "-Q", "generation")


class CeleryBackend:
    """Puts a request on the queue as one side of a battle, and reads what the worker writes."""

    def __init__(self, arena: object) -> None:
        self._arena = arena

    async def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Finished, None]:
        from arena.battles.streaming import Answer, stream_key  # noqa: PLC0415 - models need the settings
        from models_registry.redis_connection import async_client  # noqa: PLC0415 - as above

        completion = await sync_to_async(self._enqueue)(request)
        answer = Answer()
        async with async_client() as connection:
            while answer.ended_ms is None:
                seen = len(answer.text)
                reply = await connection.xread({stream_key(completion): answer.last_id or "0-0"})
                for _key, entries in reply:
                    answer.feed(entries)
                if len(answer.text) > seen:
                    yield Delta(answer.text[seen:])
                await asyncio.sleep(POLL_SECONDS)
        yield Finished("stop", Usage(0, await sync_to_async(self._tokens)(completion)))

    def _enqueue(self, request: CompletionRequest) -> int:
        from celery import current_app  # noqa: PLC0415 - as above

        from arena.battles.models import Completion  # noqa: PLC0415 - as above
        from tests.factories import make_battle  # noqa: PLC0415 - as above

        turn = make_battle(self._arena).turns.get()
        turn.prompt = request.messages[-1].content
        turn.save()
        completion = Completion.objects.get(turn=turn, side="a")
        current_app.send_task("battles.complete", kwargs={"completion_id": completion.pk}, queue="generation")
        return completion.pk

    def _tokens(self, completion_id: int) -> int:
        from arena.battles.models import Completion  # noqa: PLC0415 - as above

        while (tokens := Completion.objects.get(pk=completion_id).completion_tokens) is None:
            pass
        return tokens


def make_demo(new_tokens: int) -> object:
    """Return the arena of the tests with the demo's model on side A, which must say the whole number of tokens."""
    from models_registry.models import Contestant, Endpoint  # noqa: PLC0415 - as above
    from tests.factories import make_arena  # noqa: PLC0415 - as above

    arena = make_arena()
    options = {"model_path": "smollm2-135m-instruct", "variant": "base", "max_context": 1536}
    Endpoint.objects.filter(contestants=arena.first).update(backend="transformers", options=options)
    Contestant.objects.filter(pk=arena.first.pk).update(max_new_tokens=new_tokens)
    arena.first.refresh_from_db()
    return arena


def report(folder: Path, new_tokens: int, counts: list[int]) -> None:
    """Print the table."""
    torch.set_num_threads(1)
    reference = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    reference.generation_config.max_length = None
    library = ModelLibrary()
    library.expect()
    packed = library.load(folder, "base", resolve_placement("cpu", "int8"))
    backend = CeleryBackend(make_demo(new_tokens))
    measure_generate(reference, packed.tokenizer.encode, requests(1, 4))  # warm
    asyncio.run(measure(backend, requests(2, new_tokens)))  # waits until the worker has loaded its model
    print(f"{new_tokens} new tokens each, 1 torch thread, {os.cpu_count()} processors")
    print(f"{'at once':>8} {'Celery, int8':>14} {'generate fp32':>14} {'ratio':>6}   first token of the last")
    for count in counts:
        ours = asyncio.run(measure(backend, requests(count, new_tokens)))
        theirs = measure_generate(reference, packed.tokenizer.encode, requests(count, new_tokens))
        print(
            f"{count:8d} {ours.tokens_per_second:8.1f} tok/s {theirs.tokens_per_second:8.1f} tok/s"
            f" {ours.tokens_per_second / theirs.tokens_per_second:6.1f}"
            f"   {ours.first_token_of_last:.2f} s against {theirs.first_token_of_last:.2f} s"
        )
    token_ids = AutoTokenizer.from_pretrained(folder)(READING)["input_ids"]
    plain, small = perplexity(reference, token_ids), perplexity(packed.model, token_ids)
    print(f"perplexity over {len(token_ids)} tokens: int8 {small:.2f}, fp32 {plain:.2f}, {small / plain - 1:+.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("PARALLAX_VAR", "var")) / "models")
    parser.add_argument("--new-tokens", type=int, default=48)
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 8, 16])
    arguments = parser.parse_args()
    models = ensure_demo_weights(arguments.models.resolve(), print)
    with running_services() as var:
        (var / "models").symlink_to(models.parent)
        with running_process(*WORKER):
            report(models, arguments.new_tokens, arguments.at_once)
