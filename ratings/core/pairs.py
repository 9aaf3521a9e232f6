"""Comparisons summed once into pairs: all that estimators see, however many votes there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from ratings.core.arrays import FloatArray, IntArray, frozen
from ratings.core.compiled_counts import count_cells

if TYPE_CHECKING:
    from ratings.core.comparisons import Comparisons

OUTCOMES = 3
# Up to this many competitors every possible pair gets a cell; beyond, only pairs that met do.
DENSE_COMPETITORS = 2_000


@dataclass(frozen=True, eq=False, slots=True)
class PairCounts:
    """Weighted outcomes per unordered pair, with `low < high` by index and pairs in ascending order.

    Attributes
    ----------
    competitors : m labels.
    low, high : (p,) indices of the two competitors of each pair.
    wins, ties, losses : (p,) weight of the outcomes, seen from `low`.
    """

    competitors: tuple[str, ...]
    low: IntArray
    high: IntArray
    wins: FloatArray
    ties: FloatArray
    losses: FloatArray

    @property
    def total(self) -> FloatArray:
        """Weight of each pair's comparisons, (p,)."""
        return self.wins + self.ties + self.losses

    @property
    def score(self) -> FloatArray:
        """Wins of `low` plus half the ties, (p,)."""
        return self.wins + 0.5 * self.ties

    def incidence(self) -> sp.csr_array[np.float64]:
        """Return the (p, m) matrix with +1 at `low` and -1 at `high`, so that it maps strengths to differences."""
        rows = np.arange(len(self.low))
        data = np.concatenate([np.ones(len(rows)), -np.ones(len(rows))])
        index = (np.concatenate([rows, rows]), np.concatenate([self.low, self.high]))
        return sp.csr_array((data, index), shape=(len(rows), len(self.competitors)))

    def win_matrix(self) -> FloatArray:
        """Return (m, m): the weight with which the row's competitor beat the column's, a tie counting half for both."""
        matrix = np.zeros((len(self.competitors),) * 2)
        matrix[self.low, self.high] = self.score
        matrix[self.high, self.low] = self.total - self.score
        return matrix

    def tie_matrix(self) -> FloatArray:
        """Return (m, m), symmetric: the weight of ties between row and column."""
        matrix = np.zeros((len(self.competitors),) * 2)
        matrix[self.low, self.high] = self.ties
        matrix[self.high, self.low] = self.ties
        return matrix

    def among(self, members: IntArray) -> PairCounts:
        """Return the pairs between `members`, ascending, whose competitors are exactly these."""
        position = np.full(len(self.competitors), -1, dtype=np.intp)
        position[members] = np.arange(len(members))
        inside = (position[self.low] >= 0) & (position[self.high] >= 0)
        return PairCounts(
            tuple(self.competitors[member] for member in members),
            frozen(position[self.low[inside]]),
            frozen(position[self.high[inside]]),
            *(frozen(part[inside]) for part in (self.wins, self.ties, self.losses)),
        )

    def positions(self, comparisons: Comparisons) -> IntArray:
        """Return (n,) which pair each row belongs to; the rows must be among those that were counted."""
        size = len(self.competitors)
        codes = pair_codes(comparisons)
        if size > DENSE_COMPETITORS:
            return np.searchsorted(self.low * size + self.high, codes).astype(np.intp)
        table = np.zeros(size * size, dtype=np.intp)
        table[self.low * size + self.high] = np.arange(len(self.low))
        return table[codes]


def pair_codes(comparisons: Comparisons) -> IntArray:
    """Return (n,) the code `low * m + high` of each row's pair."""
    size = len(comparisons.competitors)
    return np.minimum(comparisons.a, comparisons.b) * size + np.maximum(comparisons.a, comparisons.b)


def outcome_for_low(comparisons: Comparisons) -> FloatArray:
    """Return (n,) each row's outcome as seen from the pair's lower index."""
    return np.where(comparisons.a < comparisons.b, comparisons.outcome, 1.0 - comparisons.outcome)


def count_pairs(comparisons: Comparisons) -> PairCounts:
    """Sum comparisons into pairs in one pass; the order of rows and of sides does not matter.

    Pairs whose rows all weigh nothing are left out: they say nothing and must not connect anybody.
    """
    size = len(comparisons.competitors)
    if size > DENSE_COMPETITORS:
        return _count_sparsely(comparisons)
    cells = np.zeros((size, size, OUTCOMES))
    weight = comparisons.weights[:1].copy() if comparisons.unweighted else comparisons.weights
    count_cells(comparisons.a, comparisons.b, comparisons.outcome, weight, cells)
    return from_cells(comparisons.competitors, cells)


def from_cells(competitors: tuple[str, ...], cells: FloatArray) -> PairCounts:
    """Read counts off ``cells[low, high, outcome]`` (m, m, 3), outcomes being loss, tie, win of `low`."""
    low, high = np.nonzero(cells.sum(axis=2) > 0)
    return _pair_counts(competitors, low, high, cells[low, high])


def _pair_counts(competitors: tuple[str, ...], low: IntArray, high: IntArray, cells: FloatArray) -> PairCounts:
    losses, ties, wins = cells.T
    return PairCounts(
        competitors=competitors,
        low=frozen(low),
        high=frozen(high),
        wins=frozen(wins.copy()),
        ties=frozen(ties.copy()),
        losses=frozen(losses.copy()),
    )


def _count_sparsely(comparisons: Comparisons) -> PairCounts:
    size = len(comparisons.competitors)
    used = comparisons.select(comparisons.weights > 0)
    codes, pair = np.unique(pair_codes(used), return_inverse=True)
    halves = np.rint(2 * outcome_for_low(used)).astype(np.intp)
    cells = np.bincount(pair * OUTCOMES + halves, weights=used.weights, minlength=len(codes) * OUTCOMES)
    low, high = np.divmod(codes, size)
    return _pair_counts(comparisons.competitors, low, high, cells.reshape(-1, OUTCOMES).astype(np.float64))
