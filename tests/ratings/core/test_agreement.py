import numpy as np
import pytest

from ratings.core.agreement import measure_agreement
from ratings.core.comparisons import Comparisons
from ratings.core.method import BoardMethod

METHOD = BoardMethod(replicates=200)
NAMES = ("ant", "bee", "cat", "dog", "elk")


def votes(strengths, *, raters=40, each=30, seed=1, names=NAMES):
    rng = np.random.default_rng(seed)
    strengths = np.asarray(strengths, dtype=np.float64)
    rater = np.repeat(np.arange(raters), each)
    a = rng.integers(0, len(names), len(rater))
    b = (a + rng.integers(1, len(names), len(rater))) % len(names)
    won = rng.random(len(rater)) < 1.0 / (1.0 + np.exp(strengths[b] - strengths[a]))
    return Comparisons(competitors=names, a=a, b=b, outcome=won.astype(np.float64), rater=rater)


def agreement(first, second, method=METHOD):
    return measure_agreement(first, second, method, rng=np.random.default_rng(7))


@pytest.mark.parametrize(("sign", "correlation", "alike"), [(1, 1.0, 1.0), (-1, -1.0, 0.0)])
def test_same_and_opposite_orders_are_told_apart(sign, correlation, alike):
    strengths = np.array([2.0, 1.0, 0.0, -1.0, -2.0])

    found = agreement(votes(strengths), votes(sign * strengths, seed=2))

    assert (found.correlation.value, found.same_order.value) == pytest.approx((correlation, alike))
    assert found.correlation.lower <= found.correlation.value <= found.correlation.upper
    assert (found.competitors, found.raters) == (NAMES, (40, 40))


def test_one_swap_of_neighbours_counts_as_it_should():
    found = agreement(votes([2.0, 1.0, 0.0, -1.0, -2.0]), votes([1.0, 2.0, 0.0, -1.0, -2.0], seed=2))

    assert found.same_order.value == pytest.approx(0.9)
    assert found.correlation.value == pytest.approx(0.9)


def test_interval_is_wide_where_nothing_is_known_and_narrow_where_much_is():
    equal, apart = np.zeros(5), np.array([2.0, 1.0, 0.0, -1.0, -2.0])

    unknown, known = (agreement(votes(s, seed=3), votes(s, seed=4)).correlation for s in (equal, apart))

    assert unknown.upper - unknown.lower > 1.0
    assert known.upper - known.lower < 0.4


def test_few_raters_in_either_give_no_interval():
    found = agreement(votes([2, 1, 0, -1, -2]), votes([2, 1, 0, -1, -2], raters=9, each=60, seed=2))

    assert (found.correlation.lower, found.correlation.upper, found.same_order.lower) == (None, None, None)
    assert found.raters == (40, 9)


def test_only_what_both_rate_is_compared():
    other = ("bee", "dog", "elk", "fox")
    found = agreement(votes([2, 1, 0, -1, -2]), votes([1, 0, -1, 2], names=other, seed=2))

    assert found.competitors == ("bee", "dog", "elk")


def test_too_few_in_both_say_nothing():
    assert agreement(votes([2, 1, 0, -1, -2]), votes([1, 0, -1], names=("ant", "fox", "gnu"), seed=2)) is None
