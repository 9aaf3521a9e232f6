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
from ratings.core.resampling import prompt_column, rater_column
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

    def draw(self, draws: int, rng: np.random.Generator) -> FloatArray:
        """Return (r, k, m) normal errors of the strengths with this covariance."""
        count, size = self.strengths.shape
        off = self.covariance.copy()
        off[np.arange(count), :, np.arange(count)] = 0.0
        if off.any():
            flat = self.covariance.reshape(count * size, count * size)
            return draw_normal(flat, draws, rng).reshape(draws, count, size)
        return np.stack([draw_normal(self.covariance[k, :, k], draws, rng) for k in range(count)], axis=1)


def draw_normal(covariance: FloatArray, draws: int, rng: np.random.Generator) -> FloatArray:
    """Return (r, d) normal deviates with this covariance (d, d), which may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    drawn: FloatArray = rng.standard_normal((draws, len(values))) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    return drawn


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
    but a cluster's votes in all of them are left out together. Where no cluster has votes in two parts, each part has a
    sandwich of its own, and the covariance between parts is zero.

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
    found = (_apart if _shares_no_unit(comparisons, part, cluster) else _together)(comparisons, part, fits, cluster)
    return PartFits(
        competitors=comparisons.competitors,
        strengths=frozen(np.array([fit.strengths for fit in fits]).reshape(count, size)),
        covariance=frozen(found[0]),
        degrees=frozen(found[1]),
    )


def _shares_no_unit(comparisons: Comparisons, part: IntArray, cluster: Cluster) -> bool:
    """Say whether every unit has comparisons in one part only, as when parts are groups of raters."""
    if cluster == "two-way":
        return False
    if cluster == "vote":
        return True
    unit = rater_column(comparisons) if cluster == "rater" else prompt_column(comparisons)
    home = np.zeros(int(unit.max(initial=-1)) + 1, dtype=np.intp)
    home[unit] = part
    return bool((home[unit] == part).all())


def _apart(
    comparisons: Comparisons, part: IntArray, fits: list[BradleyTerryFit], cluster: Cluster
) -> tuple[FloatArray, FloatArray]:
    """Return the covariance (k, m, k, m), zero between parts, and degrees (k, m), each part by itself."""
    count, size = len(fits), len(comparisons.competitors)
    covariance, degrees = np.zeros((count, size, count, size)), np.zeros((count, size))
    for k, fit in enumerate(fits):
        sandwich = estimate_sandwich(comparisons.select(part == k), fit, cluster=cluster)
        covariance[k, :, k], degrees[k] = sandwich.covariance, sandwich.degrees
    return covariance, degrees


def _together(
    comparisons: Comparisons, part: IntArray, fits: list[BradleyTerryFit], cluster: Cluster
) -> tuple[FloatArray, FloatArray]:
    """Return the same from one big fit in which a competitor is another one in each part."""
    count, size = len(fits), len(comparisons.competitors)
    together = _side_by_side(comparisons, part, count)
    fit = BradleyTerryFit(
        pairs=count_pairs(together),
        strengths=frozen(np.concatenate([fit.strengths for fit in fits])),
        prior_precision=fits[0].prior_precision,
        iterations=max(fit.iterations for fit in fits),
        gradient_norm=max(fit.gradient_norm for fit in fits),
    )
    sandwich = estimate_sandwich(together, fit, cluster=cluster)
    return _centred_by_part(sandwich.covariance, count, size), sandwich.degrees.reshape(count, size)


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
