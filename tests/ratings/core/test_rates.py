import numpy as np
import pytest

from ratings.core.comparisons import Comparisons
from ratings.core.pairs import count_pairs
from ratings.core.rates import appearances, both_bad_rate, rater_counts, win_rate

pytestmark = pytest.mark.unit


def test_win_rate_counts_a_tie_as_half_and_knows_nothing_of_the_unseen():
    pairs = count_pairs(Comparisons.from_labels("aab", "bbc", [1, 0.5, 1], competitors="abcd"))

    np.testing.assert_allclose(win_rate(pairs), [0.75, 0.5, 0.0, np.nan])
    np.testing.assert_allclose(appearances(pairs), [2, 3, 1, 0])


def test_both_bad_rate_is_a_share_of_all_judged_battles():
    both_bad = np.array([[0, 2, 0], [2, 0, 1], [0, 1, 0]])

    rate = both_bad_rate(both_bad, np.array([8, 3, 0]))

    np.testing.assert_allclose(rate, [0.25, 1.0, np.nan])


def test_a_rater_counts_once_for_each_competitor_and_not_at_all_for_what_weighs_nothing():
    rng = np.random.default_rng(4)
    a = rng.integers(0, 11, 300)
    comparisons = Comparisons(
        tuple("abcdefghijk"),
        a=a,
        b=(a + rng.integers(1, 11, 300)) % 11,
        outcome=np.ones(300),
        weight=rng.integers(0, 2, 300).astype(float),
        rater=rng.choice([2, 3, 5, 8, 9, 40], 300),
    )

    counts, raters = rater_counts(comparisons)

    used = [
        (rater, member)
        for *members, rater, weight in zip(
            comparisons.a, comparisons.b, comparisons.rater, comparisons.weights, strict=True
        )
        for member in members
        if weight
    ]
    assert counts.tolist() == [len({rater for rater, met in used if met == member}) for member in range(11)]
    assert raters == len({rater for rater, _ in used})
