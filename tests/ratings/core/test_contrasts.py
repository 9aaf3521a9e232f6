import numpy as np
import pytest
from scipy.special import expit

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.contrasts import (
    difference_errors,
    least_detectable_gap,
    probability_of_best,
    rank_groups,
    win_probabilities,
)
from ratings.core.simulation import Electorate, simulate
from ratings.core.uncertainty import estimate_uncertainty

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def uncertainty():
    rng = np.random.default_rng(3)
    comparisons = simulate(np.array([1.0, 0.9, 0.0, -1.0]), 2_000, Electorate(raters=80, taste_sd=0.3), rng)
    return estimate_uncertainty(comparisons, fit_bradley_terry(comparisons), rng=rng, method="sandwich")


def test_win_probabilities_mirror_each_other(uncertainty):
    found = win_probabilities(uncertainty)

    np.testing.assert_allclose(found.probability + found.probability.T, 1.0)
    np.testing.assert_allclose(found.lower + found.upper.T, 1.0)
    np.testing.assert_allclose(found.probability[0, 3], expit(uncertainty.strengths[0] - uncertainty.strengths[3]))
    off = ~np.eye(4, dtype=bool)
    assert (found.lower[off] < found.probability[off]).all()
    np.testing.assert_allclose(np.diag(found.upper), 0.5)


def test_errors_of_differences_are_those_of_contrasts(uncertainty):
    covariance = uncertainty.sandwich.covariance
    contrast = np.array([1.0, 0.0, -1.0, 0.0])

    np.testing.assert_allclose(difference_errors(covariance)[0, 2] ** 2, contrast @ covariance @ contrast)


def test_probability_of_best_is_shared_by_close_competitors(uncertainty):
    best = probability_of_best(uncertainty.sample)

    assert best.sum() == pytest.approx(1.0)
    assert min(best[:2]) > 0.02
    assert best[3] == 0.0


def test_a_gap_of_two_point_eight_errors_is_found_four_times_in_five():
    rng = np.random.default_rng(4)
    covariance = np.diag([0.5, 0.5])
    gap = least_detectable_gap(covariance, level=0.95)[0, 1]

    estimates = rng.normal(gap, 1.0, 20_000)

    assert gap == pytest.approx(2.8016, abs=1e-3)
    assert np.mean(estimates > 1.96) == pytest.approx(0.8, abs=0.01)


def test_groups_follow_what_is_shown(uncertainty):
    assert rank_groups(uncertainty.ranks()).tolist() == [1, 1, 2, 3]
