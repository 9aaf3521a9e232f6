"""Sandwich covariance of Bradley-Terry strengths, with votes dependent inside a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy.sparse as sp
from scipy.special import expit

from ratings.core.errors import NotConvergedError
from ratings.core.resampling import Cluster, Units, make_units

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray
    from ratings.core.bradley_terry import BradleyTerryFit
    from ratings.core.comparisons import Comparisons

Correction = Literal["CR0", "CV3"]
CV3_MOST_UNITS = 5_000
SINGULAR = 1e-9


def sandwich_covariance(
    comparisons: Comparisons, fit: BradleyTerryFit, *, cluster: Cluster = "rater", correction: Correction = "CV3"
) -> FloatArray:
    r"""Return the covariance (m, m) of the strengths when only clusters are independent.

    .. math:: V = H^{-1} \Big( \sum_g u_g u_g^\top + \lambda I \Big) H^{-1}

    with the score :math:`u_g` of cluster g (Liang and Zeger, 1986, Biometrika 73, section 2). "CV3" replaces
    :math:`H^{-1} u_g` by the one-step estimate without cluster g, :math:`(H - H_g)^{-1} u_g`, and multiplies by
    (G - 1) / G: the jackknife, which does not become too narrow when raters are few or uneven (MacKinnon, Nielsen and
    Webb, 2023, Journal of Econometrics 232). Above 5,000 clusters both agree and the plain form is used.

    The term lambda I is the prior's own uncertainty, as in `bootstrap_strengths`.

    Raises
    ------
    MissingColumnError
        If the comparisons lack the column that `cluster` names.
    NotConvergedError
        If CV3 would leave a competitor without data and there is no prior.
    """
    units = make_units(comparisons, fit.pairs, cluster)
    difference = fit.strengths[fit.pairs.low] - fit.strengths[fit.pairs.high]
    probability = expit(difference)
    scores = _cluster_scores(units, fit, probability)
    inverse = fit.inverse_information
    if correction == "CV3" and cluster != "vote" and 1 < units.count <= CV3_MOST_UNITS:
        influence = _leave_one_out(units, fit, scores, probability)
        shrink = (units.count - 1) / units.count
    else:
        influence, shrink = scores @ inverse, 1.0
    moved = influence * np.sqrt(units.repeats)[:, None]
    covariance: FloatArray = shrink * (moved.T @ moved) + fit.prior_precision * (inverse @ inverse)
    return covariance


def _cluster_scores(units: Units, fit: BradleyTerryFit, probability: FloatArray) -> FloatArray:
    """Return (u, m): the gradient of each unit's own log-likelihood at the fit."""
    residual = units.score - units.total.multiply(probability[:, None])
    scores: FloatArray = sp.csr_array(residual.T @ fit.pairs.incidence()).toarray()
    return scores


def _leave_one_out(units: Units, fit: BradleyTerryFit, scores: FloatArray, probability: FloatArray) -> FloatArray:
    """Return (u, m): how far one Newton step moves the strengths when a unit is left out.

    A unit touches few pairs, so that Woodbury's identity needs a system of that size only.
    """
    totals = units.total.T.tocsr()
    moved = scores @ fit.inverse_information
    for unit in range(len(scores)):
        touched = totals.indices[totals.indptr[unit] : totals.indptr[unit + 1]]
        weight = totals.data[totals.indptr[unit] : totals.indptr[unit + 1]]
        curvature = weight * probability[touched] * (1.0 - probability[touched])
        low, high = fit.pairs.low[touched], fit.pairs.high[touched]
        columns = fit.inverse_information[:, low] - fit.inverse_information[:, high]
        root = np.sqrt(curvature)
        remaining = np.eye(len(touched)) - root[:, None] * (columns[low] - columns[high]) * root
        if np.linalg.eigvalsh(remaining)[0] < SINGULAR:
            raise NotConvergedError(
                "A competitor rests on one cluster alone, so leaving that one out leaves nothing to fit. "
                "Set prior_precision above 0, or ask for CR0."
            )
        gap = root * (moved[unit, low] - moved[unit, high])
        moved[unit] += columns @ (root * np.linalg.solve(remaining, gap))
    return moved
