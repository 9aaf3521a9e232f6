"""Plain shares beside the ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ratings.core.compiled_counts import count_raters
from ratings.core.resampling import rater_column

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray
    from ratings.core.comparisons import Comparisons
    from ratings.core.pairs import PairCounts


def appearances(pairs: PairCounts) -> FloatArray:
    """Return (m,) the weight of the comparisons that each competitor took part in."""
    return _per_competitor(pairs, pairs.total, pairs.total)


def win_rate(pairs: PairCounts) -> FloatArray:
    """Return (m,) the share of its comparisons that each competitor won, ties as half; nan without comparisons.

    It depends on whom a competitor met, which ratings correct for.
    """
    return _share(_per_competitor(pairs, pairs.score, pairs.total - pairs.score), appearances(pairs))


def both_bad_rate(both_bad: IntArray, judged: IntArray) -> FloatArray:
    """Return (m,) the share of judged battles in which both answers were called bad; nan where nothing was judged.

    Parameters
    ----------
    both_bad : (m, m) symmetric counts per pair, zero on the diagonal.
    judged : (m,) battles with any of the four verdicts.
    """
    return _share(both_bad.sum(axis=1).astype(np.float64), judged.astype(np.float64))


def rater_counts(comparisons: Comparisons) -> tuple[IntArray, int]:
    """Return (m,) how many raters compared each competitor, and how many raters there are in all.

    Rows that weigh nothing do not count.

    Raises
    ------
    MissingColumnError
        If the comparisons do not say who judged.
    """
    rater, a, b = rater_column(comparisons), comparisons.a, comparisons.b
    if not comparisons.unweighted:
        used = comparisons.weights > 0
        rater, a, b = rater[used], a[used], b[used]
    size, people = len(comparisons.competitors), int(rater.max(initial=-1)) + 1
    met, raters = np.zeros((people, -(-size // 8)), dtype=np.uint8), np.zeros(size, dtype=np.intp)
    count_raters(rater, a, b, met, raters)
    return raters, int(np.count_nonzero(met.any(axis=1)))


def _per_competitor(pairs: PairCounts, of_low: FloatArray, of_high: FloatArray) -> FloatArray:
    size = len(pairs.competitors)
    sums = np.bincount(pairs.low, of_low, size) + np.bincount(pairs.high, of_high, size)
    return sums.astype(np.float64)  # without any pair bincount gives integers


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    share: FloatArray = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return share
