import itertools

import numpy as np
import pytest

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.influence import find_tipping
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit


def leader(comparisons):
    return int(fit_bradley_terry(comparisons).strengths.argmax())


def test_removing_what_is_found_changes_the_first_place():
    rng = np.random.default_rng(5)
    comparisons = simulate(np.array([0.5, 0.4, 0.0, -0.5]), 1_500, Electorate(raters=60), rng)
    fit = fit_bradley_terry(comparisons)

    votes, raters = (find_tipping(comparisons, fit, of=of) for of in ("vote", "rater"))

    without_votes = comparisons.select(~np.isin(np.arange(1_500), votes.removed))
    without_raters = comparisons.select(~np.isin(comparisons.rater, raters.removed))
    assert leader(without_votes) == votes.challenger != leader(comparisons)
    assert leader(without_raters) == raters.challenger
    assert 1 <= raters.count < votes.count < 150


def test_the_fewest_votes_of_a_small_board_are_those_of_a_search_through_all_sets():
    comparisons = Comparisons.from_labels("aaaabbbcc", "bbccccaaa", [1, 1, 1, 1, 1, 1, 1, 0, 0])
    fit = fit_bradley_terry(comparisons)

    found = find_tipping(comparisons, fit)

    def tips(rows):
        kept = np.setdiff1d(np.arange(9), rows)
        return fit_bradley_terry(comparisons.select(kept)).strengths.argmax() != leader(comparisons)

    fewest = next(size for size in range(1, 9) if any(tips(rows) for rows in itertools.combinations(range(9), size)))
    assert found.count == fewest


def test_a_lead_that_half_the_raters_cannot_undo_is_reported_as_such():
    comparisons = Comparisons.from_labels("a" * 40, "b" * 40, [1] * 40, rater=list(range(40)))

    assert find_tipping(comparisons, fit_bradley_terry(comparisons), of="rater") is None
