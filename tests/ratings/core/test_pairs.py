import numpy as np
import pytest

from ratings.core.comparisons import Comparisons
from ratings.core.pairs import count_pairs

pytestmark = pytest.mark.unit


def test_count_pairs_folds_both_orders_into_one_pair():
    comparisons = Comparisons.from_labels(
        ["x", "y", "x", "z", "y"], ["y", "x", "y", "y", "z"], [1, 1, 0.5, 0, 0.5], weight=[1, 2, 3, 4, 5]
    )

    pairs = count_pairs(comparisons)

    assert (pairs.low.tolist(), pairs.high.tolist()) == ([0, 1], [1, 2])
    assert pairs.wins.tolist() == [1.0, 4.0]
    assert pairs.ties.tolist() == [3.0, 5.0]
    assert pairs.losses.tolist() == [2.0, 0.0]


def test_win_matrix_splits_ties_and_sums_to_the_weight():
    comparisons = Comparisons.from_labels(["x", "x", "z"], ["y", "y", "x"], [1, 0.5, 1])

    matrix = count_pairs(comparisons).win_matrix()

    assert matrix.tolist() == [[0.0, 1.5, 0.0], [0.5, 0.0, 0.0], [1.0, 0.0, 0.0]]


def test_tie_matrix_is_symmetric():
    comparisons = Comparisons.from_labels(["x", "y", "x"], ["y", "x", "z"], [0.5, 0.5, 1])

    matrix = count_pairs(comparisons).tie_matrix()

    assert matrix.tolist() == [[0.0, 2.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


def test_count_pairs_leaves_out_rows_without_weight():
    comparisons = Comparisons.from_labels(["x", "x"], ["y", "z"], [1, 1], weight=[1, 0])

    pairs = count_pairs(comparisons)

    assert (pairs.low.tolist(), pairs.high.tolist(), pairs.total.tolist()) == ([0], [1], [1.0])


def test_count_pairs_of_nothing_is_empty():
    nothing = np.zeros(0, dtype=int)

    pairs = count_pairs(Comparisons(("x", "y"), a=nothing, b=nothing, outcome=np.zeros(0)))

    assert (len(pairs.low), pairs.win_matrix().tolist()) == (0, [[0.0, 0.0], [0.0, 0.0]])
