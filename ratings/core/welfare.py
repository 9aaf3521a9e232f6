"""Who gains when some choose for all: juries, the model that they choose, and how good that is for a population."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import FloatArray, IntArray, frozen
from ratings.core.resampling import rater_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratings.core.comparisons import Comparisons

JURIES = 1_000
# Means that differ by less are equal, and were only added up in another order.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class JuryChoices:
    """What j juries chose.

    Attributes
    ----------
    chosen : (j,) the model of each.
    welfare : (p, j) what that is worth to each of p populations.
    """

    chosen: IntArray
    welfare: FloatArray


def choice_shares(comparisons: Comparisons, raters: int) -> FloatArray:
    """Return (u, m): of the comparisons in which each rater met a model, the share won, a tie as half; NaN for none.

    Parameters
    ----------
    raters : u, above the highest rater number.

    Raises
    ------
    MissingColumnError
        If the comparisons do not say who judged.
    """
    rater, size = rater_column(comparisons), len(comparisons.competitors)
    cells = np.concatenate([rater * size + comparisons.a, rater * size + comparisons.b])
    weight = np.concatenate([comparisons.weights, comparisons.weights])
    won = weight * np.concatenate([comparisons.outcome, 1.0 - comparisons.outcome])
    met, score = (np.bincount(cells, part, raters * size).reshape(raters, size) for part in (weight, won))
    shares: FloatArray = np.divide(score, met, out=np.full((raters, size), np.nan), where=met > 0.0)
    return shares


def draw_juries(  # noqa: PLR0913  each is one part of the experiment
    scores: FloatArray,
    pool: IntArray,
    populations: Sequence[IntArray],
    size: int,
    *,
    missing: float,
    rng: np.random.Generator,
    juries: int = JURIES,
) -> JuryChoices:
    r"""Draw juries from a pool, let each choose the model that it likes best, and say what populations think of it.

    .. math:: c = \arg\max_m \operatorname{mean}_{r \in J} u_{rm}, \qquad
              w = \operatorname{mean}_{r \in P} u_{rc}

    with `size` raters J drawn from the pool with replacement, and ties broken at random. Means leave out what is
    missing. The experiment is that of Kirk et al. (2024, The PRISM alignment dataset, section on welfare).

    Parameters
    ----------
    scores : (u, m) how each rater likes each model, NaN where that is not known.
    pool : raters that juries are drawn from.
    populations : raters of each population, in which the pool may or may not lie.
    size : raters of a jury, at least 1.
    missing : the mean of a model of which nobody is known to think anything: the lowest score of the scale.

    Raises
    ------
    ValueError
        If the pool or a population is empty, or juries have no members.
    """
    if size < 1 or not len(pool) or not all(len(members) for members in populations):
        raise ValueError("Juries need members, a pool to draw them from, and populations with somebody in them")
    seats = rng.integers(0, len(pool), (juries, size)) + len(pool) * np.arange(juries)[:, None]
    drawn = np.bincount(seats.ravel(), minlength=juries * len(pool)).reshape(juries, len(pool)).astype(np.float64)
    means = _means(drawn, scores[pool], missing)
    best = means >= means.max(axis=1, keepdims=True) - ROUNDING * np.abs(means).max(axis=1, keepdims=True)
    chosen = np.where(best, rng.random(means.shape), -1.0).argmax(axis=1)
    worth = np.array([_means(np.ones((1, len(members))), scores[members], missing)[0] for members in populations])
    return JuryChoices(frozen(chosen), frozen(worth[:, chosen]))


def dominates(first: FloatArray, second: FloatArray) -> bool:
    """Say whether sorted welfare `first` (j,) is nowhere below `second` (j,) and somewhere above.

    First-order stochastic dominance: whoever likes more welfare better prefers the first, however they weigh risk.
    """
    better, worse = np.sort(first), np.sort(second)
    return bool((better >= worse).all() and (better > worse).any())


def _means(drawn: FloatArray, scores: FloatArray, missing: float) -> FloatArray:
    """Return (j, m) the mean score of each model over the raters that each row of `drawn` (j, p) counts."""
    known = ~np.isnan(scores)
    counts = drawn @ known.astype(np.float64)
    sums = drawn @ np.where(known, scores, 0.0)
    means: FloatArray = np.divide(sums, counts, out=np.full(counts.shape, missing), where=counts > 0.0)
    return means
