"""Intervals that hold at every look, for boards that people watch while votes come in."""

from __future__ import annotations

import numpy as np

from ratings.core.arrays import FloatArray, frozen
from ratings.core.intervals import Intervals
from ratings.core.method import LEVEL


def sequence_reach(units: float | FloatArray, planned_units: float, *, level: float = LEVEL) -> FloatArray:
    r"""Return how many standard errors an anytime-valid interval reaches to both sides after so many units.

    .. math:: \sqrt{\frac{2 (n \rho^2 + 1)}{n \rho^2} \log \frac{\sqrt{n \rho^2 + 1}}{\alpha}}

    the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024, Annals of Statistics
    52, theorem 2.2), with :math:`\rho` such that it is tightest after `planned_units` (their appendix B.2). With
    probability `level` all intervals from the first on hold at once, so that one may stop at any. The price is width:
    about 1.5 times as wide as a fixed interval at the planned number, and more elsewhere.

    Raises
    ------
    ValueError
        If a number of units is not positive.
    """
    count = np.asarray(units, dtype=np.float64)
    if planned_units <= 0 or (count <= 0).any():
        raise ValueError("Numbers of units must be above 0")
    alpha = 1.0 - level
    log_alpha = -2.0 * np.log(alpha)
    spread = count * (log_alpha + np.log(log_alpha) + 1.0) / planned_units
    return np.asarray(np.sqrt(2.0 * (spread + 1.0) / spread * (0.5 * np.log(spread + 1.0) - np.log(alpha))))


def sequence_intervals(
    strengths: FloatArray,
    covariance: FloatArray,
    units: float | FloatArray,
    planned_units: float,
    *,
    level: float = LEVEL,
) -> Intervals:
    """Return strengths (m,) plus and minus `sequence_reach` standard errors, from a covariance (m, m).

    It rests on a normal limit, so it says nothing about a board's first handful of raters.

    Parameters
    ----------
    units : independent units so far, or (m,) effective ones.
    planned_units : where the interval shall be tightest; fixed beforehand.
    """
    reach = sequence_reach(units, planned_units, level=level) * np.sqrt(np.diag(covariance))
    return Intervals(frozen(strengths - reach), frozen(strengths + reach), level, "asymptotic confidence sequence")
