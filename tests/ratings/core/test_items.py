import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.errors import MissingColumnError
from ratings.core.items import fit_discrimination, prompt_difficulty

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def votes():
    """Three prompts: one tells nothing, one as much as most, one twice as much."""
    rng = np.random.default_rng(1)
    strengths = np.array([1.0, 0.3, -0.3, -1.0])
    a = rng.integers(0, 4, 6_000)
    b = (a + rng.integers(1, 4, 6_000)) % 4
    prompt = rng.integers(0, 3, 6_000)
    wins = rng.random(6_000) < expit(np.array([0.0, 1.0, 2.0])[prompt] * (strengths[a] - strengths[b]))
    return Comparisons(tuple("abcd"), a=a, b=b, outcome=wins.astype(float), prompt=prompt)


def test_slopes_have_the_order_of_the_truth(votes):
    slope = np.exp(fit_discrimination(votes, fit_bradley_terry(votes)).log_slope)

    assert slope[0] < 0.35
    assert slope[2] / slope[1] == pytest.approx(2.0, rel=0.25)


def test_each_slope_is_the_best_of_its_prompt(votes):
    fit = fit_bradley_terry(votes)
    gap = fit.strengths[votes.a] - fit.strengths[votes.b]

    found = fit_discrimination(votes, fit)

    for prompt in range(3):
        own = votes.prompt == prompt

        def loss(log_slope, own=own):
            steep = np.exp(log_slope) * gap[own]
            return np.sum(np.logaddexp(0, steep) - votes.outcome[own] * steep) + 2 * log_slope**2

        best = minimize_scalar(loss, bounds=(-4, 2), method="bounded", options={"xatol": 1e-7}).x
        assert found.log_slope[prompt] == pytest.approx(best, abs=1e-4)


def test_a_prompt_without_votes_keeps_the_prior(votes):
    shifted = Comparisons(votes.competitors, a=votes.a, b=votes.b, outcome=votes.outcome, prompt=votes.prompt + 1)

    found = fit_discrimination(shifted, fit_bradley_terry(votes))

    assert (found.log_slope[0], found.standard_deviation[0]) == (0.0, 0.5)


def test_discrimination_needs_prompts():
    plain = Comparisons.from_labels("ab", "ba", [1, 0])

    with pytest.raises(MissingColumnError, match="prompt"):
        fit_discrimination(plain, fit_bradley_terry(plain))


def test_difficulty_of_few_votes_stays_near_the_average():
    found = prompt_difficulty(np.array([2.0, 50.0, 48.0]), np.array([2.0, 100.0, 398.0]))

    np.testing.assert_allclose(found, [4 / 12, 52 / 110, 50 / 408])
