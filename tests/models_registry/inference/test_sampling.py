from collections import Counter

import pytest
import torch
from transformers import LogitsProcessorList, RepetitionPenaltyLogitsProcessor
from transformers.generation.logits_process import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from models_registry.inference.protocol import SamplingParameters
from models_registry.inference.request import Generation
from models_registry.inference.sampling import CANDIDATES, NOT_A_TOKEN, _kept_probabilities, sample_tokens


def make_generation(*, seed=1, prompt_ids=(1, 2, 3), **sampling):
    return Generation(
        request_id="r",
        prompt_ids=list(prompt_ids),
        sampling=SamplingParameters(**sampling),
        seed=seed,
        stop_ids=frozenset(),
        text=None,
        sink=None,
    )


@pytest.fixture
def logits():
    return torch.randn(4, 300, generator=torch.Generator().manual_seed(3)) * 3


@pytest.mark.parametrize(
    ("temperature", "top_p", "top_k"), [(0.7, 0.9, 20), (1.5, 1.0, 10), (1.0, 0.5, 64), (0.3, 0.99, 1), (2.0, 0.05, 5)]
)
def test_kept_probabilities_equal_those_of_transformers(logits, temperature, top_p, top_k):
    generations = [make_generation(temperature=temperature, top_p=top_p, top_k=top_k)] * 4
    warpers = LogitsProcessorList(
        [TemperatureLogitsWarper(temperature), TopKLogitsWarper(top_k), TopPLogitsWarper(top_p)]
    )

    values, token_ids = logits.topk(CANDIDATES)
    kept = _kept_probabilities(values, generations)

    ours = torch.zeros_like(logits).scatter(1, token_ids, kept / kept.sum(dim=-1, keepdim=True))
    torch.testing.assert_close(ours, warpers(None, logits).softmax(dim=-1), atol=1e-5, rtol=1e-4)


def test_sample_tokens_takes_the_likeliest_when_greedy(logits):
    drawn = sample_tokens(logits.clone(), [make_generation(temperature=0.0, seed=seed) for seed in range(4)])

    assert drawn.tolist() == logits.argmax(dim=-1).tolist()


def test_sample_tokens_draws_with_the_probabilities_given():
    logits = torch.tensor([[0.5, 0.3, 0.2, 1e-9]]).log()
    generation = make_generation(temperature=1.0, top_p=1.0)

    counts = Counter(sample_tokens(logits.clone(), [generation]).item() for _ in range(4000))

    assert counts[3] == 0
    # Four standard errors of a share over 4000 draws are at most 0.032.
    assert [counts[token] / 4000 for token in range(3)] == pytest.approx([0.5, 0.3, 0.2], abs=0.032)


def test_sample_tokens_keeps_each_row_to_its_own_settings(logits):
    generations = [
        make_generation(temperature=0.0),
        make_generation(temperature=5.0, top_k=1),
        make_generation(temperature=5.0, top_p=1e-6),
        make_generation(temperature=5.0, top_p=1.0, top_k=0),
    ]

    drawn = torch.stack([sample_tokens(logits.clone(), generations) for _ in range(50)])

    assert [len(set(column.tolist())) for column in drawn.T[:3]] == [1, 1, 1]
    assert drawn[0, :3].tolist() == logits.argmax(dim=-1)[:3].tolist()
    assert len(set(drawn[:, 3].tolist())) > 10


def test_sample_tokens_repeats_the_draws_of_a_seed(logits):
    first, second, other = (make_generation(temperature=2.0, seed=seed) for seed in (8, 8, 9))

    texts = [[sample_tokens(logits[:1].clone(), [each]).item() for _ in range(20)] for each in (first, second, other)]

    assert texts[0] == texts[1] != texts[2]


def test_sample_tokens_penalises_repetition_as_transformers_does(logits):
    prompt_ids = [5, 9, 120, 9]
    expected = RepetitionPenaltyLogitsProcessor(1.7)(torch.tensor([prompt_ids]), logits[:1].clone())
    changed = logits.clone()

    sample_tokens(changed, [make_generation(prompt_ids=prompt_ids, repetition_penalty=1.7), *[make_generation()] * 3])

    torch.testing.assert_close(changed[:1], expected)
    torch.testing.assert_close(changed[1:], logits[1:])


def test_sample_tokens_marks_rows_that_are_not_numbers(logits):
    logits[1, 7] = torch.nan

    drawn = sample_tokens(logits, [make_generation(temperature=0.0)] * 4)

    assert drawn[1].item() == NOT_A_TOKEN
    assert NOT_A_TOKEN not in drawn[[0, 2, 3]].tolist()
