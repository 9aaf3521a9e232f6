import numpy as np
import pytest

from ratings.core.comparisons import Comparisons
from ratings.core.pairs import count_pairs
from ratings.core.rates import appearances, both_bad_rate, win_rate

pytestmark = pytest.mark.unit


def test_win_rate_counts_a_tie_as_half_and_knows_nothing_of_the_unseen():
    pairs = count_pairs(Comparisons.from_labels("aab", "bbc", [1, 0.5, 1], competitors="abcd"))

    np.testing.assert_allclose(win_rate(pairs), [0.75, 0.5, 0.0, np.nan])
    np.testing.assert_allclose(appearances(pairs), [2, 3, 1, 0])


def test_both_bad_rate_is_a_share_of_all_judged_battles():
    both_bad = np.array([[0, 2, 0], [2, 0, 1], [0, 1, 0]])

    rate = both_bad_rate(both_bad, np.array([8, 3, 0]))

    np.testing.assert_allclose(rate, [0.25, 1.0, np.nan])
