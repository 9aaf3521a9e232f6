"""Marginal intervals, one per competitor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from ratings.core.arrays import FloatArray, frozen

LEVEL = 0.95
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


def percentile_intervals(draws: FloatArray, units: int, *, level: float = LEVEL) -> Intervals:
    r"""Return the central part of bootstrap draws (r, m) that were got by resampling `units` independent units.

    Plain percentiles (Efron, 1981, Canadian Journal of Statistics 9) are too narrow when units are few, as a normal
    quantile is for a small sample. Each tail therefore holds
    :math:`\Phi(-t_{n-1} \sqrt{n / (n - 1)})` of the draws, with Student's quantile for the nominal tail (the expanded
    percentile interval of Hesterberg, 2015, The American Statistician 69); from some hundred units on that is the
    nominal tail itself.

    Raises
    ------
    ValueError
        With fewer than two units, about which resampling says nothing.
    """
    if units < FEWEST_UNITS:
        raise ValueError(f"{units} units cannot be resampled; at least {FEWEST_UNITS} are needed")
    reach = student.ppf(0.5 * (1.0 + level), units - 1) * np.sqrt(units / (units - 1))
    tail = float(norm.cdf(-reach))
    lower, upper = np.quantile(draws, [tail, 1.0 - tail], axis=0)
    return Intervals(frozen(lower), frozen(upper), level, "bootstrap, expanded percentile")


def student_intervals(strengths: FloatArray, covariance: FloatArray, units: int, *, level: float = LEVEL) -> Intervals:
    """Return strengths (m,) plus and minus Student's quantile of standard errors, from a covariance (m, m).

    `units` - 1 are the degrees of freedom: the raters, when the covariance is clustered by rater.

    Raises
    ------
    ValueError
        With fewer than two units.
    """
    if units < FEWEST_UNITS:
        raise ValueError(f"{units} units give no standard error; at least {FEWEST_UNITS} are needed")
    reach = student.ppf(0.5 * (1.0 + level), units - 1) * np.sqrt(np.diag(covariance))
    return Intervals(frozen(strengths - reach), frozen(strengths + reach), level, "sandwich, Student quantile")
