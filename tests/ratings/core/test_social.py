import numpy as np
import pytest

from ratings.core.comparisons import Comparisons
from ratings.core.pairs import count_pairs
from ratings.core.social import borda_scores, copeland_scores

pytestmark = pytest.mark.unit


def test_copeland_counts_majorities_and_borda_shares():
    # a beats b 3 to 1, draws with c at 1 to 1, and b beats c 4 to 0; d met nobody.
    pairs = count_pairs(
        Comparisons.from_labels(
            "aaab" + "ac" + "bbbb", "bbba" + "ca" + "cccc", [1] * 10, competitors=["a", "b", "c", "d"]
        )
    )

    np.testing.assert_allclose(copeland_scores(pairs), [0.75, 0.5, 0.25, np.nan])
    np.testing.assert_allclose(borda_scores(pairs), [(0.75 + 0.5) / 2, (0.25 + 1) / 2, 0.25, np.nan])


def test_how_often_an_opponent_was_met_changes_the_win_rate_only():
    once = Comparisons.from_labels("aac", "bcb", [1, 0, 1])
    often = once.select(np.array([0] * 50 + [1, 2]))

    for scores in (copeland_scores, borda_scores):
        np.testing.assert_allclose(scores(count_pairs(once)), scores(count_pairs(often)))
