"""What a fit says about comparisons that it has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ratings.core.regression import SIDE

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray
    from ratings.core.comparisons import Comparisons
    from ratings.core.regression import RegressionFit


def predict_outcomes(fit: RegressionFit, comparisons: Comparisons, *, tie_rate: float | None = None) -> FloatArray:
    r"""Return (n, 3): the probabilities that B wins, of a tie, and that A wins.

    Half-win ties have no model of ties. For them every pair gets the same share of ties, `tie_rate`, which is taken
    from `fit.tie_rate` when left out, and the win probability is stretched so that half the ties plus the wins are
    :math:`\sigma(\eta)`, as far as that is possible.
    """
    difference = _difference(fit, comparisons)
    tie = fit.tie_parameter
    if tie is None:
        share = expit(difference)
        level = np.minimum(fit.tie_rate if tie_rate is None else tie_rate, 2.0 * np.minimum(share, 1.0 - share))
        return np.stack([1.0 - share - 0.5 * level, level, share - 0.5 * level], axis=1)
    if fit.ties == "davidson":
        weights = np.stack([-0.5 * difference, np.full(len(difference), tie), 0.5 * difference], axis=1)
        weights = np.exp(weights - weights.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)
    win, loss = expit(difference - tie), expit(-difference - tie)
    return np.stack([loss, 1.0 - win - loss, win], axis=1)


def _difference(fit: RegressionFit, comparisons: Comparisons) -> FloatArray:
    difference = fit.strengths[comparisons.a] - fit.strengths[comparisons.b]
    names = fit.coefficient_names
    styled = len(names) - (SIDE in names)
    if styled and comparisons.covariates is not None:
        difference = difference + comparisons.covariates @ (fit.coefficients[:styled] / fit.scales[:styled])
    if SIDE in names:
        difference = difference + fit.coefficients[-1]
    return np.asarray(difference, dtype=np.float64)
