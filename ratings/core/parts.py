"""Fits of several parts of the votes, such as criteria or groups of raters, with the covariance between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import FloatArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.bradley_terry import BradleyTerryFit, fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.method import PRIOR_PRECISION
from ratings.core.pairs import count_pairs
from ratings.core.sandwich import estimate_sandwich

if TYPE_CHECKING:
    from ratings.core.arrays import IntArray
    from ratings.core.resampling import Cluster


@dataclass(frozen=True, eq=False, slots=True)
class PartFits:
    """Strengths in each of k parts.

    Attributes
    ----------
    competitors : m labels.
    strengths : (k, m), each row summing to zero.
    covariance : (k, m, k, m) of all strengths with each other.
    degrees : (k, m) effective degrees of freedom of the variances.
    """

    competitors: tuple[str, ...]
    strengths: FloatArray
    covariance: FloatArray
    degrees: FloatArray


@one_blas_thread
def fit_parts(
    comparisons: Comparisons,
    part: IntArray,
    *,
    cluster: Cluster = "rater",
    prior_precision: float = PRIOR_PRECISION,
) -> PartFits:
    """Fit each part of the comparisons by itself, and say how their errors go together.

    The same raters often vote in several parts, so that errors of parts are correlated. The covariance is the sandwich
    of `estimate_sandwich` for one big fit in which a competitor is another one in each part: parts share no parameter,
    but a cluster's votes in all of them are left out together.

    Parameters
    ----------
    part : (n,) from 0, the part of each comparison; the highest number says how many parts there are.
    prior_precision : of each fit, above 0.

    Raises
    ------
    ValueError
        If `part` has another length, is negative, or there is no prior.
    DisconnectedError
        If the comparisons of some part do not connect all competitors.
    MissingColumnError
        If the comparisons lack the column that `cluster` names.
    """
    if len(part) != len(comparisons) or (part < 0).any():
        raise ValueError("Every comparison needs the number of its part, from 0")
    if prior_precision <= 0.0:
        raise ValueError("Fits of parts need a prior: set prior_precision above 0")
    count, size = int(part.max(initial=-1)) + 1, len(comparisons.competitors)
    fits = [fit_bradley_terry(comparisons.select(part == k), prior_precision=prior_precision) for k in range(count)]
    together = _side_by_side(comparisons, part, count)
    fit = BradleyTerryFit(
        pairs=count_pairs(together),
        strengths=frozen(np.concatenate([fit.strengths for fit in fits])),
        prior_precision=prior_precision,
        iterations=max(fit.iterations for fit in fits),
        gradient_norm=max(fit.gradient_norm for fit in fits),
    )
    sandwich = estimate_sandwich(together, fit, cluster=cluster)
    return PartFits(
        competitors=comparisons.competitors,
        strengths=frozen(fit.strengths.reshape(count, size)),
        covariance=frozen(_centred_by_part(sandwich.covariance, count, size)),
        degrees=frozen(sandwich.degrees.reshape(count, size)),
    )


def _side_by_side(comparisons: Comparisons, part: IntArray, count: int) -> Comparisons:
    """Return the same rows with competitors of their own in each part."""
    size = len(comparisons.competitors)
    return Comparisons(
        competitors=tuple(f"{k} {label}" for k in range(count) for label in comparisons.competitors),
        a=comparisons.a + size * part,
        b=comparisons.b + size * part,
        outcome=comparisons.outcome,
        weight=None if comparisons.unweighted else comparisons.weights,
        rater=comparisons.rater,
        prompt=comparisons.prompt,
    )


def _centred_by_part(covariance: FloatArray, count: int, size: int) -> FloatArray:
    """The prior lets each part drift as a whole, which no vote sees and no difference inside a part contains."""
    blocks = covariance.reshape(count, size, count, size)
    centred: FloatArray = blocks - blocks.mean(axis=(1, 3), keepdims=True)
    return centred
