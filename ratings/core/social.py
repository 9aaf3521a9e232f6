"""Orders without a model of strength: whom a majority prefers, and average shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ratings.core.arrays import BoolArray, FloatArray
    from ratings.core.pairs import PairCounts


def copeland_scores(pairs: PairCounts) -> FloatArray:
    """Return (m,) the share of opponents met whom each beat more often than not, a draw being half; nan if none.

    Copeland (1951), as in Brandt, Conitzer, Endriss, Lang and Procaccia (2016, Handbook of Computational Social Choice,
    section 3.2), over the opponents that a competitor met. Every opponent counts once, however often they met.
    """
    wins, met = _matrices(pairs)
    beaten = (wins > wins.T).astype(np.float64) + 0.5 * (wins == wins.T)
    return _averaged(beaten, met)


def borda_scores(pairs: PairCounts) -> FloatArray:
    """Return (m,) the mean, over opponents met, of the share won against each, ties as half; nan if none.

    The pairwise form of Borda's count (same handbook, section 2.2): unlike the plain win rate, it does not depend on
    how often each opponent was met.
    """
    wins, met = _matrices(pairs)
    total = wins + wins.T
    share = np.divide(wins, total, out=np.zeros_like(wins), where=met)
    return _averaged(share, met)


def _matrices(pairs: PairCounts) -> tuple[FloatArray, BoolArray]:
    wins = pairs.win_matrix()
    return wins, (wins + wins.T) > 0


def _averaged(values: FloatArray, met: BoolArray) -> FloatArray:
    opponents = met.sum(axis=1)
    summed = np.where(met, values, 0.0).sum(axis=1)
    return np.asarray(np.divide(summed, opponents, out=np.full(len(summed), np.nan), where=opponents > 0))
