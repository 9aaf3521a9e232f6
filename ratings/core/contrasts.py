"""What people ask of a board: who wins against whom, who is best, and what the votes could not tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, ndtri, stdtrit

from ratings.core.arrays import FloatArray, IntArray, frozen

if TYPE_CHECKING:
    from ratings.core.ranks import RankBounds
    from ratings.core.uncertainty import Uncertainty

POWER = 0.8


@dataclass(frozen=True, eq=False, slots=True)
class WinProbabilities:
    """How likely the row beats the column, (m, m) each, a tie being half of both; 1/2 on the diagonal."""

    probability: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float


def win_probabilities(uncertainty: Uncertainty) -> WinProbabilities:
    r"""Return :math:`\sigma(\theta_i - \theta_j)` with intervals from the standard error of the difference.

    Ends are those of the difference, mapped, so that they stay between 0 and 1; Student's quantile has the fewer
    degrees of freedom of both. Each interval holds by itself. The probability is that of the population which the
    ratings describe: where tastes differ, an average over people.
    """
    strengths, covariance = uncertainty.strengths, uncertainty.sandwich.covariance
    level, degrees = uncertainty.intervals.level, uncertainty.sandwich.degrees
    difference = strengths[:, None] - strengths
    reach = stdtrit(np.minimum(degrees[:, None], degrees), 0.5 * (1.0 + level)) * difference_errors(covariance)
    return WinProbabilities(
        probability=frozen(expit(difference)),
        lower=frozen(expit(difference - reach)),
        upper=frozen(expit(difference + reach)),
        level=level,
    )


def difference_errors(covariance: FloatArray) -> FloatArray:
    """Return (m, m) standard errors of all differences, given the covariance (m, m) of strengths."""
    variance = np.diag(covariance)
    return np.sqrt(np.maximum(variance[:, None] + variance - 2.0 * covariance, 0.0))


def probability_of_best(sample: FloatArray) -> FloatArray:
    """Return (m,) the share of draws (r, m) in which each competitor is the strongest.

    Draws around an estimate say how stable the first place is under other raters; with a flat prior this is close to a
    posterior probability (Rubin, 1981, Annals of Statistics 9, for the bootstrap).
    """
    first = sample.argmax(axis=1)
    return np.bincount(first, minlength=sample.shape[1]) / len(sample)


def least_detectable_gap(covariance: FloatArray, *, level: float, power: float = POWER) -> FloatArray:
    r"""Return (m, m) the true difference in strength that votes like these would show with probability `power`.

    :math:`(z_{(1 + level) / 2} + z_{power})` standard errors, for one comparison of two competitors that was planned
    beforehand (Cohen, 1988, Statistical Power Analysis, section 2.4).
    """
    gap: FloatArray = (ndtri(0.5 * (1.0 + level)) + ndtri(power)) * difference_errors(covariance)
    return gap


def rank_groups(ranks: RankBounds) -> IntArray:
    """Return (m,) the group of each competitor, from 1: a group is whom only earlier groups are shown to beat.

    Members of a group may still differ from each other's neighbours: groups are a reading aid, and bounds say more.
    """
    group = np.zeros(len(ranks.best), dtype=np.intp)
    number = 0
    while (group == 0).any():
        number += 1
        left = group == 0
        beaten = (ranks.better & left[:, None]).any(axis=0)
        group[left & ~beaten] = number
    return frozen(group)
