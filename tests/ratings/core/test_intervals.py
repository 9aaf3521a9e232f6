import numpy as np
import pytest

from ratings.core.intervals import percentile_intervals, simultaneous_intervals, student_intervals

pytestmark = pytest.mark.unit


def test_percentile_intervals_of_many_units_hold_the_nominal_share():
    draws = np.random.default_rng(0).permuted(np.linspace(0, 1, 10_001))[:, None]

    intervals = percentile_intervals(draws, 1_000_000, level=0.9)

    np.testing.assert_allclose([intervals.lower[0], intervals.upper[0]], [0.05, 0.95], atol=1e-5)


def test_percentile_intervals_of_few_units_hold_more():
    draws = np.random.default_rng(1).normal(size=(200_000, 1))

    intervals = percentile_intervals(draws, 10)

    # Student's quantile with 9 degrees of freedom, 2.2622, times the square root of 10 / 9.
    np.testing.assert_allclose([intervals.lower[0], intervals.upper[0]], [-2.3845, 2.3845], atol=0.03)


def test_student_intervals_reach_a_quantile_to_both_sides():
    strengths = np.array([0.5, -0.5, 0.0])

    intervals = student_intervals(strengths, np.diag([1.0, 4.0, 9.0]), 10)

    np.testing.assert_allclose(intervals.upper - strengths, 2.2621572 * np.array([1, 2, 3]), rtol=1e-6)
    np.testing.assert_allclose(strengths - intervals.lower, 2.2621572 * np.array([1, 2, 3]), rtol=1e-6)


def test_one_unit_gives_no_interval():
    with pytest.raises(ValueError, match="at least 2"):
        percentile_intervals(np.zeros((10, 2)), 1)
    with pytest.raises(ValueError, match="at least 2"):
        student_intervals(np.zeros(2), np.eye(2), 1)


def test_a_band_holds_all_strengths_at_once():
    # Independent strengths: each of ten must hold with probability 0.95 ** (1 / 10), which is 2.7996 standard errors.
    deviations = np.array([0.1, 2.0, *[1.0] * 8])
    draws = np.random.default_rng(2).normal(size=(200_000, 10)) * deviations

    band = simultaneous_intervals(np.zeros(10), draws, np.diag(deviations**2), np.inf)

    np.testing.assert_allclose(band.upper / deviations, 2.7996, atol=0.02)
    assert ((np.abs(draws) <= band.upper).all(axis=1)).mean() == pytest.approx(0.95, abs=0.002)


def test_a_band_of_one_is_its_interval_also_with_few_degrees_of_freedom():
    draws = np.random.default_rng(3).normal(size=(200_000, 1))

    band = simultaneous_intervals(np.zeros(1), draws, np.eye(1), 9.0)

    assert band.upper[0] == pytest.approx(2.262, abs=0.02)
