"""Counts of resampled votes per pair, chunk by chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from ratings.core.compiled_draws import assign_rows, draw_alike, draw_clusters, gather_rows
from ratings.core.pairs import OUTCOMES

if TYPE_CHECKING:
    from ratings.core.arrays import SmallFloatArray, SumArray
    from ratings.core.resampling import AlikeVotes, Clusters

NUMBERS_AT_ONCE = 12_000_000
COLUMNS = 64
MOST_COLUMNS = 256
# A Poisson(1) count of ours is at most 8, so that a row of this weight stays below 65,536 in any replicate.
ROW_WEIGHT = 8_191


class Draws(Protocol):
    """Something that resamples units; replicates are numbered, and each has counts that depend on its number only."""

    chunk: int
    units: int

    def counts(self, first: int, columns: int) -> tuple[SmallFloatArray, SmallFloatArray]:
        """Return scores and totals (p, c) of replicates from `first` on; both numbers are multiples of 64."""


class VoteDraws:
    """Votes as units: a Poisson count for each kind of alike votes."""

    def __init__(self, votes: AlikeVotes, pairs: int, key: np.uint64) -> None:
        self.units = votes.count
        self.chunk = max(COLUMNS, min(MOST_COLUMNS, NUMBERS_AT_ONCE // max(pairs, 1) // COLUMNS * COLUMNS))
        self._votes, self._pairs, self._key = votes, pairs, key

    def counts(self, first: int, columns: int) -> tuple[SmallFloatArray, SmallFloatArray]:
        score, total = (np.zeros((self._pairs, columns), dtype=np.float32) for _ in range(2))
        votes = self._votes
        draw_alike(votes.pair, votes.outcome, votes.weight, votes.repeats, self._key, first, score, total)
        return score, total


class ClusterDraws:
    """Raters or prompts as units: one Poisson count for all comparisons of each.

    Sums of whole numbers are kept in 16 bits, with as many rows for a busy pair as that needs; others in 32-bit floats.
    """

    def __init__(self, units: Clusters, pairs: int, key: np.uint64) -> None:
        self.units, self.chunk = units.count, COLUMNS
        self._start, self._pairs, self._key = units.start, pairs, key
        cell = units.pair * np.int32(OUTCOMES) + (2 * units.outcome).astype(np.int32)
        self._weight: SumArray
        if (units.weight == 1.0).all():
            self._weight = np.ones(len(cell), dtype=np.uint16)
            most = ROW_WEIGHT
        else:
            self._weight = units.weight.astype(np.float32)
            most = len(cell) + 1
        self._row, self._cell = assign_rows(cell, pairs * OUTCOMES, most)

    def counts(self, first: int, columns: int) -> tuple[SmallFloatArray, SmallFloatArray]:
        sums: SumArray = np.zeros((len(self._cell), columns), dtype=self._weight.dtype)
        draw_clusters(
            self._start, self._row, self._weight, self._key, first, sums, np.empty(columns, dtype=self._weight.dtype)
        )
        score, total = (np.zeros((self._pairs, columns), dtype=np.float32) for _ in range(2))
        gather_rows(self._cell, sums, score, total)
        return score, total
