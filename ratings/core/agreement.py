"""How far two ways of asking put the same competitors in the same order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from ratings.core.bootstrap import bootstrap_strengths
from ratings.core.bradley_terry import BradleyTerryFit, fit_bradley_terry
from ratings.core.components import find_components
from ratings.core.intervals import percentile_intervals
from ratings.core.pairs import count_pairs
from ratings.core.rates import rater_counts

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray
    from ratings.core.comparisons import Comparisons
    from ratings.core.method import BoardMethod

# Two are in one order or in the other; a correlation of ranks says something from here on.
FEWEST_COMMON = 3


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number; its interval is None when there are too few raters for one."""

    value: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two ways of asking agree.

    Attributes
    ----------
    competitors : those that both rate, whose ratings are compared.
    correlation : Spearman's, of the ratings.
    same_order : the share of pairs that both put in the same order.
    raters : how many people each rests on.
    """

    competitors: tuple[str, ...]
    correlation: Estimate
    same_order: Estimate
    raters: tuple[int, int]


def measure_agreement(
    first: Comparisons, second: Comparisons, method: BoardMethod, *, rng: np.random.Generator
) -> Agreement | None:
    """Fit both by themselves and compare the ratings of the competitors that both have.

    Votes are never pooled. Each is fitted on its heaviest component. Intervals are percentiles over bootstraps by rater
    of both, drawn apart, as if nobody were in both; where many are, what they share makes both move together, and the
    interval is wider than it need be. A correlation of estimates is smaller than that of what they estimate, because
    each has noise of its own; the draws have more of it still, so that the interval leans towards zero.

    Returns
    -------
    Agreement or None
        None when fewer than `FEWEST_COMMON` competitors are in both; no intervals with fewer raters than
        `method.minimum_raters` in either.
    """
    parts = [_heaviest(comparisons) for comparisons in (first, second)]
    common = sorted(set(parts[0].competitors) & set(parts[1].competitors))
    if len(common) < FEWEST_COMMON:
        return None
    fits = [fit_bradley_terry(part, prior_precision=method.prior_precision) for part in parts]
    columns = [np.array([part.competitors.index(label) for label in common], dtype=np.intp) for part in parts]
    found = _compare(*(fit.strengths[None, chosen] for fit, chosen in zip(fits, columns, strict=True)))[0]
    raters = tuple(rater_counts(part)[1] for part in parts)
    estimates = [Estimate(float(value)) for value in found]
    if min(raters) >= method.minimum_raters:
        draws = _compare(*_drawn(parts, fits, columns, method, rng))
        ends = percentile_intervals(draws, min(raters), level=method.level)
        estimates = [
            Estimate(float(value), float(lower), float(upper))
            for value, lower, upper in zip(found, ends.lower, ends.upper, strict=True)
        ]
    return Agreement(tuple(common), estimates[0], estimates[1], (raters[0], raters[1]))


def _heaviest(comparisons: Comparisons) -> Comparisons:
    components = find_components(count_pairs(comparisons))
    return comparisons.among(np.sort(components[0])) if components else comparisons


def _drawn(
    parts: list[Comparisons],
    fits: list[BradleyTerryFit],
    columns: list[IntArray],
    method: BoardMethod,
    rng: np.random.Generator,
) -> list[FloatArray]:
    draws = [
        bootstrap_strengths(part, fit, rng=stream, replicates=method.replicates).strengths[:, chosen]
        for part, fit, chosen, stream in zip(parts, fits, columns, rng.spawn(2), strict=True)
    ]
    both = min(len(strengths) for strengths in draws)
    return [strengths[:both] for strengths in draws]


def _compare(first: FloatArray, second: FloatArray) -> FloatArray:
    """Return (r, 2) Spearman's correlation and the share of pairs ordered alike, of strengths (r, m) in both."""
    low, high = np.triu_indices(first.shape[1], 1)
    alike = (first[:, low] > first[:, high]) == (second[:, low] > second[:, high])
    ranks = [rankdata(strengths, axis=1) for strengths in (first, second)]
    centred = [rank - rank.mean(axis=1, keepdims=True) for rank in ranks]
    spread = np.sqrt((centred[0] ** 2).sum(axis=1) * (centred[1] ** 2).sum(axis=1))
    product = (centred[0] * centred[1]).sum(axis=1)
    correlation = np.divide(product, spread, out=np.zeros_like(product), where=spread > 0)
    return np.stack([correlation, alike.mean(axis=1)], axis=1)
