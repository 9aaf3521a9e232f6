"""The model's side of a step: read chunks of prompts, advance the decoding rows, draw the next tokens."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import torch
from torch import Tensor
from transformers import PreTrainedModel

from models_registry.inference.cache import SlotCache
from models_registry.inference.llama_like import decoder_of, head_of
from models_registry.inference.request import Generation
from models_registry.inference.sampling import sample_tokens
from models_registry.inference.scheduler import Chunk, Plan

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Outcome:
    """What a step gave: a token for each request that speaks, an error for each whose prompt could not be read."""

    tokens: dict[Generation, int] = field(default_factory=dict)
    failures: dict[Generation, Exception] = field(default_factory=dict)


class ModelRunner:
    """Runs a Llama-like model (`model.model`, `model.lm_head`, full attention) over a `SlotCache`."""

    def __init__(self, model: PreTrainedModel, cache: SlotCache) -> None:
        self._decoder = decoder_of(model)
        self._head = head_of(model)
        self._cache = cache
        self._device = model.device

    @torch.inference_mode()
    def run(self, plan: Plan) -> Outcome:
        """Carry out a plan, asking the device for results once.

        Raises whatever decoding raises; an error while a prompt is read is that request's own, and is returned.
        """
        outcome = Outcome()
        speakers = list(plan.decoding)
        hidden = [self._decode(plan.decoding)] if plan.decoding else []
        for chunk in plan.chunks:
            try:
                last_hidden = self._prefill(chunk)
            except Exception as error:  # whatever a prompt can bring about must not reach its neighbours
                logger.exception("prefill_failed", extra={"request_id": chunk.generation.request_id})
                outcome.failures[chunk.generation] = error
                continue
            if chunk.completes_prompt:
                speakers.append(chunk.generation)
                hidden.append(last_hidden)
        if speakers:
            tokens = self._sample(torch.cat(hidden), speakers)
            outcome.tokens = dict(zip(speakers, tokens, strict=True))
        return outcome

    def _decode(self, generations: Sequence[Generation]) -> Tensor:
        """Return the last hidden state of each decoding row, (n, hidden)."""
        positions = [generation.next_position for generation in generations]
        newest = [generation.generated[-1] for generation in generations]
        token_ids, position_ids = torch.tensor([newest, positions], device=self._device)
        mask = self._cache.aim_at_column(position_ids, max(positions))
        return self._forward(token_ids[:, None], position_ids[:, None], mask)[:, -1]

    def _prefill(self, chunk: Chunk) -> Tensor:
        """Read a chunk; return the hidden state of its last token, (1, hidden)."""
        token_ids = torch.tensor([chunk.generation.prompt_ids[chunk.start : chunk.stop]], device=self._device)
        position_ids = torch.arange(chunk.start, chunk.stop, device=self._device)[None]
        mask = self._cache.aim_at_chunk(chunk.row, chunk.start, chunk.stop)
        return self._forward(token_ids, position_ids, mask)[:, -1]

    def _forward(self, token_ids: Tensor, position_ids: Tensor, mask: Tensor) -> Tensor:
        output = self._decoder(
            input_ids=token_ids,
            position_ids=position_ids,
            attention_mask=mask,
            past_key_values=self._cache,
            use_cache=True,
        )
        return cast("Tensor", output.last_hidden_state)

    def _sample(self, hidden: Tensor, speakers: Sequence[Generation]) -> list[int]:
        logits = self._head(hidden)
        return cast("list[int]", sample_tokens(logits, speakers).tolist())
