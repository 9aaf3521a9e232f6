"""How sure strengths, coefficients and the tie parameter of a regression are."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import BoolArray, FloatArray, SmallIntArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.bootstrap import TOGETHER
from ratings.core.compiled_counts import order_by
from ratings.core.compiled_rows import differentiate, draw_scores
from ratings.core.intervals import Intervals, percentile_intervals, student_intervals
from ratings.core.method import LEVEL, REPLICATES
from ratings.core.ranks import RankBounds, rank_bounds
from ratings.core.regression import MODELS, SIDE, RegressionFit
from ratings.core.resampling import prompt_column, rater_column
from ratings.core.scores import ScoredRows, effective_degrees, quadratic, sum_scores

if TYPE_CHECKING:
    from typing import Literal

    from ratings.core.comparisons import Comparisons
    from ratings.core.method import IntervalMethod


@dataclass(frozen=True, eq=False, slots=True)
class RegressionUncertainty:
    """Intervals of all parameters, in the order of the fit.

    Attributes
    ----------
    parameters : (d,) of the fit, strengths centred on the anchors.
    intervals : (d,) each by itself.
    covariance : (d, d) jackknifed over clusters.
    degrees : (d,) effective degrees of freedom.
    sample : (r, d) draws around `parameters`.
    units : independent units.
    """

    parameters: FloatArray
    intervals: Intervals
    covariance: FloatArray
    degrees: FloatArray
    sample: FloatArray
    units: int

    def ranks(self, members: BoolArray) -> RankBounds:
        """Return simultaneous rank bounds among `members` (m,), the competitors of the fit that are to be ranked."""
        chosen = np.flatnonzero(members)
        return rank_bounds(
            self.parameters[chosen],
            self.sample[:, chosen],
            level=self.intervals.level,
            covariance=self.covariance[np.ix_(chosen, chosen)],
            degrees=float(np.median(self.degrees[chosen])) if len(chosen) else np.inf,
        )


@one_blas_thread
def estimate_regression_uncertainty(  # noqa: PLR0913  each is one choice of the method
    comparisons: Comparisons,
    fit: RegressionFit,
    *,
    rng: np.random.Generator,
    method: IntervalMethod = "sandwich",
    cluster: Literal["vote", "rater", "prompt"] = "rater",
    replicates: int = REPLICATES,
    level: float = LEVEL,
    anchors: BoolArray | None = None,
) -> RegressionUncertainty:
    r"""Estimate the uncertainty of `fit` when only clusters are independent.

    The covariance is the jackknifed sandwich of `estimate_sandwich`, with scores of all parameters. "bootstrap" gives
    every cluster a Poisson(1) count and takes one Newton step from the estimate with the curvature of the fit,
    :math:`A \sum_g (w_g - 1) u_g` (the score bootstrap: Kline and Santos, 2012, Journal of Econometric Methods 1),
    widened to the jackknifed standard errors where it is narrower.

    Raises
    ------
    MissingColumnError
        If the comparisons lack the column that `cluster` names.
    NotConvergedError
        If a competitor rests on one cluster alone and there is no prior.
    """
    size = len(fit.competitors)
    marked = np.ones(size, dtype=np.bool_) if anchors is None else anchors
    scored = _score_rows(comparisons, fit, cluster)
    projected = fit.inverse_information.copy()
    projected[:size] -= projected[:size][marked].mean(axis=0)
    parameters = fit.parameters.copy()
    parameters[:size] -= fit.strengths[marked].mean()
    covariance, degrees = _jackknife(scored, fit, projected)
    if method == "sandwich":
        intervals = student_intervals(parameters, covariance, degrees + 1.0, level=level)
        sample = rng.multivariate_normal(parameters, covariance, replicates, method="eigh")
    else:
        deviations = _resampled(scored, fit, projected, rng, replicates)
        spread = deviations.std(axis=0)
        wanted = np.sqrt(np.diag(covariance))
        ratio = np.divide(wanted, spread, out=np.ones(len(spread)), where=spread > 0)
        sample = parameters + deviations * np.maximum(ratio, 1.0)
        intervals = percentile_intervals(sample, degrees + 1.0, level=level, spread_corrected=True)
    return RegressionUncertainty(
        parameters, intervals, frozen(covariance), frozen(degrees), frozen(sample), scored.units
    )


def _score_rows(comparisons: Comparisons, fit: RegressionFit, cluster: str) -> ScoredRows:
    order: SmallIntArray | slice
    used = comparisons if comparisons.unweighted else comparisons.select(comparisons.weights > 0)
    if cluster == "vote":
        order, start = slice(None), np.arange(len(used) + 1)
    else:
        column = rater_column(used) if cluster == "rater" else prompt_column(used)
        order, start = order_by(column, int(column.max(initial=-1)) + 1)
        start = np.append(start[:-1][np.diff(start) > 0], start[-1])
    a, b, outcome = used.a[order], used.b[order], used.outcome[order]
    features = _features(used, fit, order)
    residual, curvature = np.empty((len(a), 2)), np.empty((len(a), 3))
    weights = np.ascontiguousarray(used.weights[order])
    differentiate(
        MODELS[fit.ties],
        a,
        b,
        outcome,
        weights,
        features,
        fit.parameters,
        len(fit.competitors),
        residual,
        curvature,
    )
    return ScoredRows(start.astype(np.intp), a, b, features, residual, curvature)


def _features(comparisons: Comparisons, fit: RegressionFit, order: SmallIntArray | slice) -> FloatArray:
    names = fit.coefficient_names
    features = np.ones((len(comparisons), len(names)))
    styled = len(names) - (SIDE in names)
    if styled and comparisons.covariates is not None:
        features[:, :styled] = comparisons.covariates[order] / fit.scales[:styled]
    return features


def _jackknife(scored: ScoredRows, fit: RegressionFit, projected: FloatArray) -> tuple[FloatArray, FloatArray]:
    size = len(fit.competitors)
    meat = sum_scores(
        scored,
        fit.inverse_information,
        projected,
        fixed=len(projected) - size,
        correct=True,
        prior=fit.prior_precision > 0.0,
    )
    prior = fit.prior_precision * (projected[:, :size] @ projected[:, :size].T)
    covariance: FloatArray = projected @ meat.raised @ projected.T + prior
    return covariance, effective_degrees(quadratic(projected, meat.raised), meat)


def _resampled(
    scored: ScoredRows, fit: RegressionFit, projected: FloatArray, rng: np.random.Generator, replicates: int
) -> FloatArray:
    """Return (r, d) how far one step moves each replicate."""
    size, width = len(fit.competitors), len(projected)
    key = np.uint64(rng.integers(0, 2**64, dtype=np.uint64))
    groups = range(0, replicates, TOGETHER)
    prior = np.zeros((len(groups) * TOGETHER, width))
    prior[:, :size] = np.sqrt(fit.prior_precision) * rng.normal(size=(len(prior), size))
    features, residual = scored.features.astype(np.float32), scored.residual.astype(np.float32)

    def draw(first: int) -> FloatArray:
        sums = np.zeros((width, TOGETHER), dtype=np.float32)
        draw_scores(scored.start, scored.a, scored.b, features, residual, key, first, size, sums)
        return sums.T.astype(np.float64)

    with ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
        pushes = np.concatenate(list(pool.map(draw, groups)))
    moved: FloatArray = (pushes + prior) @ projected.T
    return moved[:replicates]
