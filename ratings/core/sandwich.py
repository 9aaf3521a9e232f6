"""Sandwich covariance of Bradley-Terry strengths, with votes dependent inside a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ratings.core.arrays import BoolArray, FloatArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.compiled_jackknife import fourth_powers
from ratings.core.errors import NotConvergedError
from ratings.core.leave_one_out import LONE
from ratings.core.resampling import (
    Cluster,
    Clusters,
    alike_votes,
    both_columns,
    cluster_rows,
    clusters,
    prompt_column,
    rater_column,
    rows_of,
)
from ratings.core.scores import Meat, ScoredRows, effective_degrees, quadratic, sum_scores

if TYPE_CHECKING:
    from ratings.core.arrays import IntArray
    from ratings.core.bradley_terry import BradleyTerryFit
    from ratings.core.comparisons import Comparisons
    from ratings.core.pairs import PairCounts

Correction = Literal["CR0", "CV3"]


@dataclass(frozen=True, eq=False, slots=True)
class Sandwich:
    """How uncertain strengths are, and on how much that rests.

    Attributes
    ----------
    covariance : (m, m) of the strengths, centred on the anchors.
    degrees : (m,) effective degrees of freedom of each variance, for Student's quantile; at least 1.
    units : independent units: raters, prompts, votes, or the fewer of raters and prompts.
    """

    covariance: FloatArray
    degrees: FloatArray
    units: int
    cluster: Cluster
    correction: Correction

    @property
    def standard_errors(self) -> FloatArray:
        """Square roots of the variances, (m,), in strength units."""
        return np.sqrt(np.diag(self.covariance))


@one_blas_thread
def estimate_sandwich(  # noqa: PLR0913  each is one choice of the method
    comparisons: Comparisons | PairCounts,
    fit: BradleyTerryFit,
    *,
    cluster: Cluster = "rater",
    correction: Correction = "CV3",
    anchors: BoolArray | None = None,
    grouped: Clusters | None = None,
) -> Sandwich:
    r"""Estimate the covariance of the strengths when only clusters are independent.

    .. math:: V = A \Big( c \sum_g \tilde u_g \tilde u_g^\top + \lambda I \Big) A^\top, \qquad A = H^{-1}

    with the score :math:`u_g` of cluster g (Liang and Zeger, 1986, Biometrika 73, section 2). "CR0" takes scores as
    they are. "CV3" takes :math:`\tilde u_g = (I - H_g H^{-1})^{-1} u_g`, so that :math:`A \tilde u_g` is what leaving
    the cluster out moves the estimate by, to one Newton step, and c = (G - 1) / G: the jackknife, which does not become
    too narrow when clusters are few or uneven (MacKinnon, Nielsen and Webb, 2023, Journal of Econometrics 232). With
    single votes it is HC3 (MacKinnon and White, 1985, Journal of Econometrics 29).

    The variance of a competitor rests on clusters that weigh differently, so that it is itself as uncertain as one from
    fewer, equal ones. With :math:`z_{gi}` what cluster g moves competitor i by, and normal scores,
    :math:`\mathrm{Var} \sum_g z_{gi}^2 = 2 \sum_g \mathrm{E}[z_{gi}^2]^2 = \tfrac23 \sum_g \mathrm{E}[z_{gi}^4]`,
    so Satterthwaite's (1946, Biometrics Bulletin 2) degrees of freedom are estimated by
    :math:`3 (\sum_g z_{gi}^2)^2 / \sum_g z_{gi}^4`, at most G, less one for the centre.

    "two-way" adds the matrices for raters and for prompts and takes off the one for their intersection (Cameron,
    Gelbach and Miller, 2011, Journal of Business and Economic Statistics 29), with negative eigenvalues set to zero.

    The term lambda I is the prior's own uncertainty, as in `bootstrap_strengths`.

    Parameters
    ----------
    comparisons : those that were fitted, or only their counts when votes are the clusters.
    anchors : (m,) bool; strengths are centred on the mean of these, or of all when it is left out.
    grouped : what `cluster_rows` returns for the same arguments, when the caller has it already.

    Raises
    ------
    MissingColumnError
        If the comparisons lack the column that `cluster` names.
    NotConvergedError
        If CV3 would leave a competitor without data and there is no prior.
    """
    projected = _projected(fit.inverse_information, anchors)
    if cluster == "vote":
        meat = _meat_of_votes(comparisons, fit, projected, correction)
    elif cluster == "two-way":
        meat = _meat_of_both(rows_of(comparisons), fit, projected, correction)
    else:
        units = grouped or cluster_rows(comparisons, fit.pairs, cluster)
        meat = _meat_of_clusters(units, fit, projected, correction)
    prior = fit.prior_precision * (projected @ projected.T)
    return Sandwich(
        covariance=frozen(projected @ meat.raised @ projected.T + prior),
        degrees=frozen(effective_degrees(quadratic(projected, meat.raised), meat)),
        units=meat.units,
        cluster=cluster,
        correction=correction,
    )


def sandwich_covariance(
    comparisons: Comparisons, fit: BradleyTerryFit, *, cluster: Cluster = "rater", correction: Correction = "CV3"
) -> FloatArray:
    """Return only the covariance (m, m) of `estimate_sandwich`."""
    return estimate_sandwich(comparisons, fit, cluster=cluster, correction=correction).covariance


def _projected(inverse: FloatArray, anchors: BoolArray | None) -> FloatArray:
    if anchors is None or anchors.all():
        return inverse
    return np.asarray(inverse - inverse[anchors].mean(axis=0), dtype=np.float64)


def _meat_of_votes(
    comparisons: Comparisons | PairCounts, fit: BradleyTerryFit, projected: FloatArray, correction: Correction
) -> Meat:
    """Sum over pairs: the scores of votes on one pair are all multiples of the same vector."""
    votes, pairs, inverse = alike_votes(comparisons, fit.pairs), fit.pairs, fit.inverse_information
    probability = fit.probability[votes.pair]
    residual = votes.weight * (votes.outcome - probability)
    shrink = 1.0
    if correction == "CV3" and votes.count > 1:
        spread = np.diag(inverse)[pairs.low] + np.diag(inverse)[pairs.high] - 2.0 * inverse[pairs.low, pairs.high]
        residual /= _remaining(1.0 - votes.weight * probability * (1.0 - probability) * spread[votes.pair])
        shrink = (votes.count - 1) / votes.count
    raised = shrink * _summed(votes.pair, votes.repeats * residual**2, len(pairs.low))
    powers, fourths = _summed(votes.pair, votes.repeats * residual**4, len(pairs.low)), np.zeros(len(inverse))
    fourth_powers(pairs.low, pairs.high, powers, np.ascontiguousarray(projected.T), fourths)
    return Meat(_laplacian(pairs, raised), fourths, votes.count)


def _summed(pair: IntArray, amount: FloatArray, pairs: int) -> FloatArray:
    return np.bincount(pair, amount, pairs).astype(np.float64)  # without any vote bincount gives integers


def _remaining(share: FloatArray) -> FloatArray:
    if (share < 1e-9).any():  # noqa: PLR2004  rounding
        raise NotConvergedError(LONE.format("vote"))
    return share


def _laplacian(pairs: PairCounts, weight: FloatArray) -> FloatArray:
    laplacian = np.zeros((len(pairs.competitors),) * 2)
    laplacian[pairs.low, pairs.high] = -weight
    laplacian += laplacian.T
    np.fill_diagonal(laplacian, -laplacian.sum(axis=1))
    return laplacian


def _meat_of_clusters(units: Clusters, fit: BradleyTerryFit, projected: FloatArray, correction: Correction) -> Meat:
    scored, prior = _ScoredClusters(units, fit), fit.prior_precision > 0.0
    return sum_scores(scored, fit.inverse_information, projected, fixed=0, correct=correction == "CV3", prior=prior)


@dataclass(frozen=True, eq=False, slots=True)
class _ScoredClusters:
    """Rows of clusters, with derivatives that are computed when a part is asked for."""

    clusters: Clusters
    fit: BradleyTerryFit

    @property
    def units(self) -> int:
        return self.clusters.count

    def part(self, first: int, last: int) -> ScoredRows:
        start = self.clusters.start[first : last + 1]
        rows = slice(start[0], start[-1])
        pair, weight = self.clusters.pair[rows], self.clusters.weight[rows]
        probability = self.fit.probability[pair]
        residual, curvature = np.zeros((len(pair), 2)), np.zeros((len(pair), 3))
        residual[:, 0] = weight * (self.clusters.outcome[rows] - probability)
        curvature[:, 0] = weight * probability * (1.0 - probability)
        return ScoredRows(
            start=start - start[0],
            a=self.fit.pairs.low[pair],
            b=self.fit.pairs.high[pair],
            features=np.empty((len(pair), 0)),
            residual=residual,
            curvature=curvature,
        )


def _meat_of_both(
    comparisons: Comparisons, fit: BradleyTerryFit, projected: FloatArray, correction: Correction
) -> Meat:
    parts = [
        _meat_of_clusters(clusters(comparisons, fit.pairs, column(comparisons)), fit, projected, correction)
        for column in (rater_column, prompt_column, both_columns)
    ]
    raters, prompts, both = parts
    # The side with fewer effective units decides how far a variance can be trusted.
    weaker = effective_degrees(quadratic(projected, prompts.raised), prompts) < effective_degrees(
        quadratic(projected, raters.raised), raters
    )
    raised = _without_negative(raters.raised + prompts.raised - both.raised)
    squares = quadratic(projected, raised)
    fourths = np.where(weaker, _relative(prompts, projected), _relative(raters, projected)) * squares**2
    return Meat(raised, fourths, min(raters.units, prompts.units))


def _relative(meat: Meat, projected: FloatArray) -> FloatArray:
    squares = quadratic(projected, meat.raised)
    return np.divide(meat.fourths, squares**2, out=np.zeros(len(squares)), where=squares > 0)


def _without_negative(matrix: FloatArray) -> FloatArray:
    values, vectors = np.linalg.eigh(matrix)
    positive: FloatArray = (vectors * np.maximum(values, 0.0)) @ vectors.T
    return positive
