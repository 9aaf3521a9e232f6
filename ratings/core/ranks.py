"""Which ranks the data support: simultaneous bounds from all pairwise differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import BoolArray, FloatArray, IntArray, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

LEVEL = 0.95
CHUNK_NUMBERS = 4_000_000


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


def rank_bounds(strengths: FloatArray, draws: FloatArray, *, level: float = LEVEL) -> RankBounds:
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
    """
    size = len(strengths)
    low, high = np.triu_indices(size, k=1)
    difference = strengths[low] - strengths[high]
    spread = _spread(draws, low, high)
    studentised = np.divide(np.abs(difference), spread, out=np.zeros_like(spread), where=spread > 0)
    decided, critical = _step_down(draws - strengths, (low, high, spread), studentised, level)
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
    deviations: FloatArray, tests: tuple[IntArray, IntArray, FloatArray], studentised: FloatArray, level: float
) -> tuple[BoolArray, float]:
    decided = np.zeros(len(studentised), dtype=np.bool_)
    critical = np.inf
    while not decided.all():
        low, high, spread = tests
        largest = _largest_deviation(deviations, low[~decided], high[~decided], spread[~decided])
        critical = float(np.quantile(largest, level))
        newly = ~decided & (studentised > critical)
        if not newly.any():
            break
        decided |= newly
    return decided, critical


def _largest_deviation(deviations: FloatArray, low: IntArray, high: IntArray, spread: FloatArray) -> FloatArray:
    """Return (r,) the largest studentised deviation of each draw over the given differences."""
    largest = np.zeros(len(deviations))
    for part in _chunks(len(low), len(deviations)):
        gap = np.abs(deviations[:, low[part]] - deviations[:, high[part]])
        ratio = np.divide(gap, spread[part], out=np.zeros_like(gap), where=spread[part] > 0)
        np.maximum(largest, ratio.max(axis=1, initial=0.0), out=largest)
    return largest


def _spread(draws: FloatArray, low: IntArray, high: IntArray) -> FloatArray:
    covariance = np.atleast_2d(np.cov(draws, rowvar=False))
    variance = np.diag(covariance)
    return np.sqrt(np.maximum(variance[low] + variance[high] - 2.0 * covariance[low, high], 0.0))


def _chunks(length: int, rows: int) -> Iterator[slice]:
    step = max(1, CHUNK_NUMBERS // max(rows, 1))
    for first in range(0, length, step):
        yield slice(first, first + step)
