import numpy as np
import pytest
from scipy.stats import norm

from ratings.core.sequences import sequence_intervals, sequence_reach

pytestmark = pytest.mark.unit


def test_all_intervals_of_a_sequence_hold_at_once():
    rng = np.random.default_rng(1)
    looks = np.arange(20, 2_001)
    reach = sequence_reach(looks, 500)

    def missed(reaches):
        means = rng.normal(size=(600, 2_000)).cumsum(axis=1)[:, 19:] / looks
        return np.mean((np.abs(means) > reaches / np.sqrt(looks)).any(axis=1))

    assert missed(reach) <= 0.05
    assert missed(np.full(len(looks), norm.ppf(0.975))) > 0.3  # what fixed intervals would do


def test_a_sequence_is_tightest_where_it_was_planned():
    units = np.array([100.0, 400.0, 1600.0])

    assert sequence_reach(units, 400).argmin() != 0
    assert (sequence_reach(400, 400) < sequence_reach(400, np.array([40.0, 4000.0]).max())).all()
    assert 1.4 < sequence_reach(400, 400) / norm.ppf(0.975) < 1.7


def test_intervals_reach_so_many_standard_errors():
    intervals = sequence_intervals(np.array([0.5, -0.5]), np.diag([1.0, 4.0]), 50, 100)

    np.testing.assert_allclose(intervals.upper - [0.5, -0.5], sequence_reach(50, 100) * np.array([1.0, 2.0]))


@pytest.mark.parametrize(("units", "planned"), [(0, 10), (10, 0)])
def test_no_units_are_refused(units, planned):
    with pytest.raises(ValueError, match="above 0"):
        sequence_reach(units, planned)
