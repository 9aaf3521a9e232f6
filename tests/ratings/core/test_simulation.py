import numpy as np
import pytest
from scipy.special import expit

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.pairs import count_pairs
from ratings.core.simulation import Electorate, pseudo_truth, simulate

pytestmark = pytest.mark.unit


def test_simulated_shares_are_those_of_bradley_terry():
    rng = np.random.default_rng(17)

    pairs = count_pairs(simulate(np.array([0.5, -0.5]), 100_000, Electorate(raters=50, tie_rate=0.2), rng))

    assert abs(pairs.ties[0] / 100_000 - 0.2) < 0.005
    assert abs(pairs.wins[0] / (pairs.wins[0] + pairs.losses[0]) - expit(1.0)) < 0.007


def test_uneven_activity_gives_most_votes_to_a_few():
    rng = np.random.default_rng(18)

    even, uneven = (
        np.sort(np.bincount(simulate(np.zeros(3), 20_000, Electorate(200, activity_sd=sd), rng).rater))[-20:].sum()
        for sd in (0.0, 1.5)
    )

    assert even < 0.13 * 20_000
    assert uneven > 0.4 * 20_000


def test_pseudo_truth_is_what_endless_votes_give():
    electorate = Electorate(raters=20_000, taste_sd=1.0, tie_rate=0.2)
    strengths = np.array([1.0, 0.2, -1.2])

    fitted = fit_bradley_terry(simulate(strengths, 400_000, electorate, np.random.default_rng(19))).strengths

    np.testing.assert_allclose(fitted, pseudo_truth(strengths, electorate), atol=0.02)
    assert np.abs(fitted - strengths).max() > 0.2


def test_pseudo_truth_without_tastes_and_ties_is_the_truth():
    strengths = np.array([1.0, 0.0, -1.0])

    np.testing.assert_allclose(pseudo_truth(strengths, Electorate(raters=5, tie_rate=0.0)), strengths, atol=1e-8)
