"""Marginal intervals, one per competitor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from ratings.core.arrays import FloatArray, frozen

if TYPE_CHECKING:
    from ratings.core.bootstrap import BootstrapDraws
    from ratings.core.bradley_terry import BradleyTerryFit

LEVEL = 0.95


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


def percentile_intervals(draws: BootstrapDraws, *, level: float = LEVEL) -> Intervals:
    """Return the central share `level` of the bootstrap draws (Efron, 1981, Canadian Journal of Statistics 9)."""
    tail = 0.5 * (1.0 - level)
    lower, upper = np.quantile(draws.strengths, [tail, 1.0 - tail], axis=0)
    return Intervals(frozen(lower), frozen(upper), level, f"bootstrap by {draws.cluster}, percentile")


def normal_intervals(fit: BradleyTerryFit, covariance: FloatArray, *, level: float = LEVEL) -> Intervals:
    """Return strengths plus and minus a normal quantile of standard errors, from a covariance (m, m)."""
    reach = norm.ppf(0.5 * (1.0 + level)) * np.sqrt(np.diag(covariance))
    return Intervals(frozen(fit.strengths - reach), frozen(fit.strengths + reach), level, "sandwich, normal quantile")
