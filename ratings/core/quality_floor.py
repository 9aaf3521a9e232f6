"""How often neither answer was good enough, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from scipy.special import stdtrit

from ratings.core.arrays import BoolArray, FloatArray, IntArray, frozen
from ratings.core.method import LEVEL

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

FEWEST_RATERS = 2


@dataclass(frozen=True, eq=False, slots=True)
class BothBadRates:
    """Share of both-bad among the votes that each competitor took part in, (m,) each; nan without votes.

    Attributes
    ----------
    rate, lower, upper : between 0 and 1; the ends are nan with fewer than two raters.
    votes : votes of any kind.
    effective_votes : independent votes that would be as precise.
    """

    rate: FloatArray
    lower: FloatArray
    upper: FloatArray
    votes: FloatArray
    effective_votes: FloatArray
    level: float


def both_bad_rates(  # noqa: PLR0913  one argument per column of a vote table
    a: IntArray,
    b: IntArray,
    both_bad: BoolArray,
    rater: IntArray,
    *,
    competitors: int,
    level: float = LEVEL,
) -> BothBadRates:
    r"""Estimate both-bad rates when only raters are independent.

    With x both-bad votes of n by rater g, the variance of :math:`p = \sum x_g / \sum n_g` is
    :math:`\frac{G}{G - 1} \sum_g (x_g - p n_g)^2 / N^2` (Cochran, 1977, Sampling Techniques, section 3.12).
    The interval is Wilson's (1927, Journal of the American Statistical Association 22) for the effective number of
    votes :math:`p (1 - p) / \mathrm{Var}`, at most N, with Student's quantile (Korn and Graubard, 1998, Survey
    Methodology 24). Where no vote or every vote is both-bad, as many votes as raters count, which is cautious.

    Parameters
    ----------
    a, b : (n,) competitors of each vote, of any kind.
    both_bad : (n,) whether it found both bad.
    rater : (n,) who voted.
    """
    judged = _per_rater(a, b, rater, np.ones(len(a)), competitors)
    bad = _per_rater(a, b, rater, both_bad.astype(np.float64), competitors)
    votes, raters = _columns(judged), np.diff(judged.tocsc().indptr).astype(np.float64)
    rate = np.divide(_columns(bad), votes, out=np.full(competitors, np.nan), where=votes > 0)
    residual = bad - judged.multiply(np.nan_to_num(rate)[None, :])
    spread = _columns(residual.multiply(residual))
    several = raters >= FEWEST_RATERS
    variance = np.divide(raters * spread, (raters - 1.0) * votes**2, out=np.zeros(competitors), where=several)
    noise = np.nan_to_num(rate * (1.0 - rate))
    effective = np.divide(noise, variance, out=raters.copy(), where=variance > 0)
    effective = np.minimum(effective, votes)
    quantile = np.asarray(stdtrit(np.maximum(raters - 1.0, 1.0), 0.5 * (1.0 + level)), dtype=np.float64)
    lower, upper = _wilson(rate, effective, quantile)
    return BothBadRates(
        rate=frozen(rate),
        lower=frozen(np.where(several, lower, np.nan)),
        upper=frozen(np.where(several, upper, np.nan)),
        votes=frozen(votes),
        effective_votes=frozen(effective),
        level=level,
    )


def _per_rater(
    a: IntArray, b: IntArray, rater: IntArray, amount: FloatArray, competitors: int
) -> sp.csr_array[np.float64]:
    """Return (raters, m): the amount that each rater's votes give to each competitor."""
    place = (np.tile(rater, 2), np.concatenate([a, b]))
    shape = (int(rater.max(initial=-1)) + 1, competitors)
    return sp.coo_array((np.tile(amount, 2), place), shape=shape).tocsr()


def _columns(matrix: sp.csr_array[np.float64]) -> FloatArray:
    return np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()


def _wilson(rate: ArrayLike, votes: FloatArray, quantile: FloatArray) -> tuple[FloatArray, FloatArray]:
    share, count = np.asarray(rate, dtype=np.float64), np.maximum(votes, 1e-9)
    square = quantile**2 / count
    centre = (share + 0.5 * square) / (1.0 + square)
    reach = quantile / (1.0 + square) * np.sqrt(share * (1.0 - share) / count + 0.25 * square / count)
    return np.maximum(centre - reach, 0.0), np.minimum(centre + reach, 1.0)
