"""From logits to tokens, for a whole batch at once.

Candidates are the 64 likeliest tokens; a `top_k` of 0 or above 64 and a `top_p` of 1 mean those 64. Sorting a full
vocabulary costs more on a CPU than the rest of a step, and the tokens beyond are noise at any sensible temperature.

Each row is drawn by inverting its own cumulative distribution at its request's own random number. A seed therefore
gives the same text again as long as the logits are the same, as they are for a request that is alone each time. Another
batch around it changes their last bits. In fp32 that rarely turns a draw; in 8 bits, where a last bit may flip a
rounding and the flips multiply through the layers, it often does.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from models_registry.inference.request import Generation

CANDIDATES = 64
NOT_A_TOKEN = -1
_GREEDY_TEMPERATURE = 1.0  # any will do: a greedy row takes its first candidate


def sample_tokens(logits: Tensor, generations: Sequence[Generation]) -> Tensor:
    """Draw one token for each row.

    Parameters
    ----------
    logits : (n, vocabulary)
        Unnormalised log-probabilities, row i for `generations[i]`. Changed in place by a repetition penalty.
    generations
        The requests, whose random numbers are advanced by one each.

    Returns
    -------
    Tensor : (n,)
        Token ids, on the device of the logits; `NOT_A_TOKEN` where the logits are not numbers, so that broken weights
        give an error instead of text. Nothing here waits for the device.
    """
    _penalise_repetition(logits, generations)
    values, token_ids = logits.topk(min(CANDIDATES, logits.shape[-1]), dim=-1)
    cumulative = _kept_probabilities(values.float(), generations).cumsum(dim=-1)
    draws = logits.new_tensor([generation.draw() for generation in generations], dtype=torch.float32)
    threshold = draws[:, None] * cumulative[:, -1:]
    # Rounding may leave the threshold at the total: `clamp` then takes the last candidate instead of none.
    choice = (cumulative <= threshold).sum(dim=-1, keepdim=True).clamp(max=values.shape[-1] - 1)
    drawn = token_ids.gather(-1, choice).squeeze(-1)
    return drawn.masked_fill(cumulative[:, -1].isnan(), NOT_A_TOKEN)


def _kept_probabilities(values: Tensor, generations: Sequence[Generation]) -> Tensor:
    """Return probabilities after temperature, top-k and top-p, zero where cut: (n, candidates), likeliest first."""
    width = values.shape[-1]
    settings = [
        (g.sampling.temperature or _GREEDY_TEMPERATURE, g.sampling.top_p, g.sampling.top_k or width)
        for g in generations
    ]
    temperature, top_p, top_k = values.new_tensor(settings).T[:, :, None]
    beyond_k = torch.arange(width, device=values.device) >= top_k
    probabilities: Tensor = (values / temperature).masked_fill(beyond_k, -torch.inf).softmax(dim=-1)
    mass_before = probabilities.cumsum(dim=-1) - probabilities
    return probabilities.masked_fill(mass_before >= top_p, 0.0)


def _penalise_repetition(logits: Tensor, generations: Sequence[Generation]) -> None:
    """Divide positive and multiply negative logits of tokens seen before (Keskar et al. 2019, section 4.1)."""
    for row, generation in enumerate(generations):
        penalty = generation.sampling.repetition_penalty
        if penalty == 1:
            continue
        seen = torch.tensor([*{*generation.prompt_ids, *generation.generated}], device=logits.device)
        scores = logits[row, seen]
        logits[row, seen] = torch.where(scores > 0, scores / penalty, scores * penalty)
