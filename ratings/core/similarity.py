"""How alike groups rate, with the noise of each taken off."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import FloatArray, frozen
from ratings.core.method import LEVEL

if TYPE_CHECKING:
    from ratings.core.parts import PartFits

DRAWS = 1_000
# Strengths that are drawn around need two directions.
CLOSEST = 0.9999


@dataclass(frozen=True, eq=False, slots=True)
class Similarity:
    """Correlations of the strengths of k groups, (k, k) each, 1 on the diagonal.

    Attributes
    ----------
    correlation : NaN where a group's strengths do not differ beyond their noise, so that nothing can be compared.
    lower, upper : ends of each interval by itself, -1 and 1 where nothing can be said.
    level : coverage of each interval.
    """

    correlation: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float


def group_similarity(fits: PartFits, *, rng: np.random.Generator, level: float = LEVEL) -> Similarity:
    r"""Return how the true strengths of each two groups correlate over competitors.

    .. math:: r_{gh} = \frac{\langle \theta_g, \theta_h \rangle - \operatorname{tr} V_{gh}}
              {\sqrt{(\lVert \theta_g \rVert^2 - \operatorname{tr} V_{gg}) (\lVert \theta_h \rVert^2 -
              \operatorname{tr} V_{hh})}}

    with strengths that sum to zero and their covariance V. Noise alone lowers the plain correlation, the more the
    smaller a group; without it, groups that think alike correlate with 1 whatever their size (Spearman, 1904, American
    Journal of Psychology 15). Intervals are percentiles of the corrected correlation over `DRAWS` sets of strengths,
    drawn with covariance V around strengths that are as far apart, and as alike, as the noise leaves them: those found,
    mapped so that their squares and product are the corrected ones. Around those found themselves, which noise has
    spread, draws would look surer than they are.

    Parameters
    ----------
    fits : what `fit_parts` returns with groups as parts.
    """
    groups = len(fits.strengths)
    found, lower, upper = np.eye(groups), np.eye(groups), np.eye(groups)
    noise = np.einsum("gihi->gh", fits.covariance)
    errors = fits.draw(DRAWS, rng)
    for first, second in combinations(range(groups), 2):
        pair = np.ix_((first, second), (first, second))
        strengths, both = fits.strengths[[first, second]], errors[:, [first, second]]
        correlation = float(_corrected(strengths[None], noise[pair])[0])
        ends = _interval(correlation, strengths, both, noise[pair], level)
        for matrix, value in zip((found, lower, upper), (correlation, *ends), strict=True):
            matrix[first, second] = matrix[second, first] = value
    return Similarity(frozen(found), frozen(lower), frozen(upper), level)


def _corrected(strengths: FloatArray, noise: FloatArray) -> FloatArray:
    """Return (r,) correlations of pairs of strengths (r, 2, m), NaN where noise (2, 2) leaves nothing."""
    products = np.einsum("rgm,rhm->rgh", strengths, strengths) - noise
    own, other, both = products[:, 0, 0], products[:, 1, 1], products[:, 0, 1]
    scale = np.where((own > 0.0) & (other > 0.0), own * other, np.nan)
    return np.asarray(np.clip(both / np.sqrt(scale), -1.0, 1.0), dtype=np.float64)


def _interval(
    correlation: float, strengths: FloatArray, errors: FloatArray, noise: FloatArray, level: float
) -> tuple[float, float]:
    """Return the ends for one pair of strengths (2, m), with errors (r, 2, m) and noise (2, 2)."""
    if np.isnan(correlation):
        return -1.0, 1.0
    left = np.sqrt(np.diag(strengths @ strengths.T - noise))
    bounded = float(np.clip(correlation, -CLOSEST, CLOSEST))
    wanted = left[:, None] * np.array([[1.0, 0.0], [bounded, np.sqrt(1.0 - bounded**2)]])
    # Directions of the first and of what the second has beside it, which exist for equal ones too.
    directions, sizes = np.linalg.qr(strengths.T)
    around = wanted @ (directions * np.where(np.diag(sizes) < 0.0, -1.0, 1.0)).T
    drawn = _corrected(around + errors, noise)
    known = drawn[~np.isnan(drawn)]
    if len(known) < level * len(drawn):
        return -1.0, 1.0
    low, high = np.quantile(known, [0.5 * (1.0 - level), 0.5 * (1.0 + level)])
    return float(low), float(high)
