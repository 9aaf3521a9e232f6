import numpy as np
import pytest

from ratings.core.quality_floor import both_bad_rates

pytestmark = pytest.mark.unit


def draw(rng, *, votes=900, raters=60, strict_sd=0.0, share=0.2):
    """Votes on three competitors; some raters find both bad more often than others."""
    a = rng.integers(0, 3, votes)
    b = (a + rng.integers(1, 3, votes)) % 3
    rater = rng.integers(0, raters, votes)
    odds = np.log(share / (1 - share)) + rng.normal(0, strict_sd, raters)
    return a, b, rng.random(votes) < 1 / (1 + np.exp(-odds[rater])), rater


def test_independent_votes_give_wilsons_interval():
    a, b = np.zeros(100, int), np.ones(100, int)
    bad = np.arange(100) < 20

    found = both_bad_rates(a, b, bad, np.arange(100), competitors=2)

    # Newcombe (1998) prints 0.1334 to 0.2888 for 20 of 100 with the normal quantile; Student's is a little wider.
    np.testing.assert_allclose([found.lower[0], found.upper[0]], [0.1334, 0.2888], atol=2e-3)
    assert found.effective_votes[0] == pytest.approx(99, abs=1)


@pytest.mark.parametrize("strict_sd", [0.0, 1.5])
def test_intervals_hold_also_when_raters_differ_in_strictness(strict_sd):
    truth = np.mean(1 / (1 + np.exp(-(np.log(0.25) + strict_sd * np.random.default_rng(0).normal(size=400_000)))))
    held = []
    for seed in range(300):
        found = both_bad_rates(*draw(np.random.default_rng(seed), strict_sd=strict_sd), competitors=3)
        held.append((found.lower <= truth) & (truth <= found.upper))

    assert 0.93 <= np.mean(held) <= 0.975


def test_dependent_votes_count_less():
    rng = np.random.default_rng(1)

    alone, alike = (both_bad_rates(*draw(rng, strict_sd=sd), competitors=3).effective_votes.mean() for sd in (0.0, 2.0))

    assert alike < 0.6 * alone


def test_never_bad_has_an_interval_of_its_raters_and_unseen_has_none():
    a, b, rater = np.zeros(400, int), np.ones(400, int), np.arange(400) % 20

    found = both_bad_rates(a, b, np.zeros(400, bool), rater, competitors=3)

    assert (found.rate[0], found.lower[0]) == (0.0, 0.0)
    assert 0.1 < found.upper[0] < 0.25
    assert np.isnan([found.rate[2], found.lower[2]]).all()


def test_one_rater_gives_no_interval():
    found = both_bad_rates(np.zeros(5, int), np.ones(5, int), np.ones(5, bool), np.zeros(5, int), competitors=2)

    assert found.rate.tolist() == [1.0, 1.0]
    assert np.isnan(found.upper).all()
