"""Sums over clusters of what a sandwich is made of, on all processors."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ratings.core.leave_one_out import Formula, sum_part

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray

# The fourth moment of a normal number over its squared variance.
NORMAL_KURTOSIS = 3.0
PARTS = 8
# Fewer units than this are summed at once.
UNITS_AT_ONCE = 2_000


class Scored(Protocol):
    """Units whose rows can be had part by part, so that not all need be in memory at once."""

    @property
    def units(self) -> int:
        """How many units there are."""

    def part(self, first: int, last: int) -> ScoredRows:
        """Return the rows of the units from `first` up to `last`."""


@dataclass(frozen=True, eq=False, slots=True)
class ScoredRows:
    """Rows in the order of their units, with derivatives at the fit.

    Attributes
    ----------
    start : (u + 1,) where each unit's rows begin.
    a, b : (e,) competitors of each row.
    features : (e, k) what else moves the difference.
    residual, curvature : (e, 2) and (e, 3), see `jackknife_scores`.
    """

    start: IntArray
    a: IntArray
    b: IntArray
    features: FloatArray
    residual: FloatArray
    curvature: FloatArray

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.start) - 1

    def part(self, first: int, last: int) -> ScoredRows:
        """Return the rows of the units from `first` up to `last`."""
        rows = slice(self.start[first], self.start[last])
        return ScoredRows(
            self.start[first : last + 1] - self.start[first],
            self.a[rows],
            self.b[rows],
            self.features[rows],
            self.residual[rows],
            self.curvature[rows],
        )


@dataclass(frozen=True, eq=False, slots=True)
class Meat:
    """Sums over units: (d, d) of outer products of scores, and (d,) of fourth powers of what a unit moves."""

    raised: FloatArray
    fourths: FloatArray
    units: int


def sum_scores(  # noqa: PLR0913  each is one part of the formula
    scored: Scored, inverse: FloatArray, projected: FloatArray, *, fixed: int, correct: bool, prior: bool
) -> Meat:
    """Sum the scores of all units; see `jackknife_scores` for the arguments.

    Units are cut into parts of which the number does not depend on the machine, and added in their order.

    Raises
    ------
    NotConvergedError
        If scores are to be raised, and without one of the units nothing could be estimated.
    """
    units = scored.units
    raise_scores = correct and units > 1
    parts = PARTS if units > UNITS_AT_ONCE else 1
    edges = [units * part // parts for part in range(parts + 1)]
    formula = Formula(np.ascontiguousarray(inverse), np.ascontiguousarray(projected.T), fixed, raise_scores, prior)
    with ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
        found = list(pool.map(lambda first, last: sum_part(scored.part(first, last), formula), edges[:-1], edges[1:]))
    raised, fourths = (np.sum([sums[place] for sums in found], axis=0) for place in range(2))
    if raise_scores:
        raised = raised * ((units - 1) / units)
    return Meat(raised, fourths, units)


def quadratic(projected: FloatArray, scores: FloatArray) -> FloatArray:
    """Return the diagonal of P S P', (d,)."""
    squares: FloatArray = np.einsum("ij,ij->i", projected @ scores, projected)
    return np.asarray(np.maximum(squares, 0.0), dtype=np.float64)


def effective_degrees(squares: FloatArray, meat: Meat) -> FloatArray:
    """Return (d,) Satterthwaite's degrees of freedom of variances (d,), see `estimate_sandwich`; at least 1."""
    most = np.full(len(squares), float(meat.units))
    share = np.divide(squares**2, meat.fourths, out=most, where=meat.fourths > 0)
    degrees: FloatArray = np.maximum(np.minimum(NORMAL_KURTOSIS * share, meat.units) - 1.0, 1.0)
    return degrees
