"""Marginal intervals, one per competitor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, stdtrit

from ratings.core.arrays import FloatArray, frozen
from ratings.core.method import LEVEL

FEWEST_UNITS = 2


@dataclass(frozen=True, eq=False, slots=True)
class Intervals:
    """Lower and upper ends in strength units.

    Attributes
    ----------
    lower, upper : (m,) with ``lower <= upper``.
    level : the nominal coverage of each interval by itself.
    method : how they were got, in words.
    """

    lower: FloatArray
    upper: FloatArray
    level: float
    method: str


def percentile_intervals(
    draws: FloatArray, units: float | FloatArray, *, level: float = LEVEL, spread_corrected: bool = False
) -> Intervals:
    r"""Return the central part of bootstrap draws (r, m) that were got by resampling `units` independent units.

    Plain percentiles (Efron, 1981, Canadian Journal of Statistics 9) are too narrow when units are few, as a normal
    quantile is for a small sample. Each tail therefore holds
    :math:`\Phi(-t_{n-1} \sqrt{n / (n - 1)})` of the draws, with Student's quantile for the nominal tail (the expanded
    percentile interval of Hesterberg, 2015, The American Statistician 69); from some hundred units on that is the
    nominal tail itself.

    Parameters
    ----------
    units : one number, or (m,) the effective units that each competitor's variance rests on.
    spread_corrected : true when the draws are already as wide as a jackknife says, which leaves out the square root.

    Raises
    ------
    ValueError
        With fewer than two units, about which resampling says nothing.
    """
    count = np.broadcast_to(np.asarray(units, dtype=np.float64), (draws.shape[1],))
    if (count < FEWEST_UNITS).any():
        raise ValueError(f"{count.min():g} units cannot be resampled; at least {FEWEST_UNITS} are needed")
    factor = 1.0 if spread_corrected else np.sqrt(count / (count - 1))
    tail = np.asarray(ndtr(-stdtrit(count - 1, 0.5 * (1.0 + level)) * factor), dtype=np.float64)
    return Intervals(
        frozen(_quantiles(draws, tail)), frozen(_quantiles(draws, 1.0 - tail)), level, "bootstrap, expanded percentile"
    )


def student_intervals(
    strengths: FloatArray, covariance: FloatArray, units: float | FloatArray, *, level: float = LEVEL
) -> Intervals:
    """Return strengths (m,) plus and minus Student's quantile of standard errors, from a covariance (m, m).

    `units` - 1 are the degrees of freedom: the raters, when the covariance is clustered by rater, or (m,) the effective
    number of them for each competitor.

    Raises
    ------
    ValueError
        With fewer than two units.
    """
    if np.min(units) < FEWEST_UNITS:
        raise ValueError(f"{np.min(units):g} units give no standard error; at least {FEWEST_UNITS} are needed")
    reach = stdtrit(np.asarray(units) - 1, 0.5 * (1.0 + level)) * np.sqrt(np.diag(covariance))
    return Intervals(frozen(strengths - reach), frozen(strengths + reach), level, "sandwich, Student quantile")


def simultaneous_intervals(
    strengths: FloatArray,
    draws: FloatArray,
    covariance: FloatArray,
    degrees: float,
    *,
    level: float = LEVEL,
) -> Intervals:
    r"""Return a band that holds all strengths (m,) at once with probability `level`.

    .. math:: \theta_i \pm c \, s_i, \qquad c = \text{quantile}_{level} \max_i |\theta^*_i - \theta_i| / s^*_i

    with standard errors s from the covariance and s* those of the draws (max-t: Montiel Olea and Plagborg-Moller, 2019,
    Journal of Applied Econometrics 34). It is for reading a whole chart; two ends that do not overlap decide less than
    `rank_bounds` does.

    Parameters
    ----------
    draws : (r, m) around `strengths`, with r of several hundred at least.
    covariance : (m, m).
    degrees : of freedom of the variances; c is moved from the normal to Student's distribution.
    """
    errors, spread = np.sqrt(np.diag(covariance)), draws.std(axis=0)
    moved = np.abs(draws - strengths)
    largest = np.divide(moved, spread, out=np.zeros_like(moved), where=spread > 0).max(axis=1, initial=0.0)
    reach = as_student(float(np.quantile(largest, level)), degrees) * errors
    return Intervals(frozen(strengths - reach), frozen(strengths + reach), level, "all at once, max-t")


def as_student(critical: float, degrees: float) -> float:
    """Return the value that Student's distribution exceeds as rarely as a normal one exceeds `critical`."""
    if np.isinf(degrees):
        return critical
    return -float(stdtrit(degrees, float(ndtr(-critical))))


def _quantiles(draws: FloatArray, share: FloatArray) -> FloatArray:
    """Return (m,) each column's own quantile of draws (r, m), with linear interpolation."""
    ordered = np.sort(draws, axis=0)
    place = share * (len(draws) - 1)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, len(draws) - 1)
    column = np.arange(draws.shape[1])
    found: FloatArray = ordered[below, column] + (place - below) * (ordered[above, column] - ordered[below, column])
    return found
