"""Which ranks the data support: simultaneous bounds from all pairwise differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratings.core.arrays import BoolArray, FloatArray, IntArray, frozen
from ratings.core.compiled_replicates import largest_gaps
from ratings.core.intervals import as_student
from ratings.core.method import LEVEL


@dataclass(frozen=True, eq=False, slots=True)
class RankBounds:
    """The ranks that each competitor may hold; all bounds together are right with probability `level`.

    Attributes
    ----------
    best, worst : (m,) ranks from 1, ``best <= worst``.
    better : (m, m) true where the row is shown to be stronger than the column.
    critical_value : the last critical value of the step-down.
    """

    best: IntArray
    worst: IntArray
    better: BoolArray
    level: float
    critical_value: float


def rank_bounds(
    strengths: FloatArray,
    draws: FloatArray,
    *,
    level: float = LEVEL,
    covariance: FloatArray | None = None,
    degrees: float = np.inf,
) -> RankBounds:
    """Bound all ranks at once from bootstrap draws (or draws from a normal with a sandwich covariance).

    Every pairwise difference is studentised; those beyond the `level` quantile of the largest absolute deviation among
    the draws are decided, and the rest are tried again among themselves until nothing more is decided (step-down max-t:
    Romano and Wolf, 2005, Econometrica 73; for ranks: Mogstad, Romano, Shaikh and Wilhelm, 2024, Review of Economic
    Studies 91). A competitor's best rank is one more than the number shown to be stronger than it; its worst leaves
    room only for those shown to be weaker. Among equal competitors some split is found in at most 1 - `level` of
    boards, however many they are; overlapping marginal intervals do not have this property.

    Parameters
    ----------
    strengths : (m,) the estimate.
    draws : (r, m) with r of several hundred at least.
    covariance : (m, m) that differences are studentised with; that of the draws when it is left out.
    degrees : of freedom of the variances: the critical value is moved from the normal to Student's distribution.
    """
    size = len(strengths)
    low, high = np.triu_indices(size, k=1)
    difference = strengths[low] - strengths[high]
    own = _spread(np.atleast_2d(np.cov(draws, rowvar=False)), low, high)
    spread = own if covariance is None else _spread(covariance, low, high)
    studentised = np.divide(np.abs(difference), spread, out=np.zeros_like(spread), where=spread > 0)
    decided, critical = _step_down(draws - strengths, (low, high, own), studentised, level, degrees)
    better = np.zeros((size, size), dtype=np.bool_)
    better[low, high] = decided & (difference > 0)
    better[high, low] = decided & (difference < 0)
    return RankBounds(
        best=frozen(1 + better.sum(axis=0)),
        worst=frozen(size - better.sum(axis=1)),
        better=frozen(better),
        level=level,
        critical_value=critical,
    )


def _step_down(
    deviations: FloatArray,
    tests: tuple[IntArray, IntArray, FloatArray],
    studentised: FloatArray,
    level: float,
    degrees: float,
) -> tuple[BoolArray, float]:
    low, high, spread = tests
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)
    rows = np.ascontiguousarray(deviations)
    largest = np.empty(len(rows))
    decided = np.zeros(len(studentised), dtype=np.bool_)
    critical = np.inf
    while not decided.all():
        open_ = np.flatnonzero(~decided)
        largest_gaps(rows, low[open_], high[open_], scale[open_], largest)
        critical = as_student(float(np.quantile(largest, level)), degrees)
        newly = ~decided & (studentised > critical)
        if not newly.any():
            break
        decided |= newly
    return decided, critical


def _spread(covariance: FloatArray, low: IntArray, high: IntArray) -> FloatArray:
    variance = np.diag(covariance)
    return np.sqrt(np.maximum(variance[low] + variance[high] - 2.0 * covariance[low, high], 0.0))
