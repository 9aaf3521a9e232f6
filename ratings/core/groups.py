"""Whether groups see competitors differently: groups of raters, kinds of prompts, or times."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from ratings.core.arrays import FloatArray, frozen
from ratings.core.method import LEVEL

# A p-value of 5 % is then known to a third of a percentage point.
DRAWS = 4_000

if TYPE_CHECKING:
    from ratings.core.parts import PartFits


@dataclass(frozen=True, eq=False, slots=True)
class GroupDifferences:
    """How much stronger each competitor is in one group than in another, (m,) each.

    Attributes
    ----------
    difference : in strength units; differences average zero, because strengths do in each group.
    lower, upper : ends of each interval by itself.
    level : coverage of each interval.
    """

    difference: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float


def compare_groups(fits: PartFits, first: int, second: int, *, level: float = LEVEL) -> GroupDifferences:
    r"""Return the strengths in group `first` less those in group `second`, with intervals.

    .. math:: \mathrm{Var}(\theta_{gi} - \theta_{hi}) = V_{gi,gi} + V_{hi,hi} - 2 V_{gi,hi}

    The last term is zero when nobody votes in both groups; where the same raters do, it keeps their agreement with
    themselves from passing for noise. Student's quantile is that of the fewer degrees of freedom of both. Each group
    has a zero of its own, so a competitor that is stronger "for" a group is stronger beside the others there.

    Parameters
    ----------
    fits : what `fit_parts` returns with groups as parts.
    """
    difference = fits.strengths[first] - fits.strengths[second]
    degrees = np.minimum(fits.degrees[first], fits.degrees[second])
    reach = stdtrit(degrees, 0.5 * (1.0 + level)) * np.sqrt(np.maximum(_variances(fits, first, second), 0.0))
    return GroupDifferences(frozen(difference), frozen(difference - reach), frozen(difference + reach), level)


@dataclass(frozen=True, slots=True)
class EqualityTest:
    """Whether groups differ at all.

    Attributes
    ----------
    statistic : the largest difference between any two groups, in its standard errors.
    p_value : how often one as large would come about if all groups were the same.
    """

    statistic: float
    p_value: float


def equality_test(fits: PartFits, rng: np.random.Generator) -> EqualityTest:
    r"""Test whether every competitor is equally strong in all groups.

    .. math:: T = \max_{g < h,\, i} |\theta_{gi} - \theta_{hi}| / \mathrm{se}_{ghi}

    against its distribution under the covariance of `fits` with no difference, by `DRAWS` draws: normal deviates over
    the root of one chi-square for each draw, with the median of the effective degrees of freedom, so that few raters
    count as few. All comparisons are in one test, so that asking about many competitors finds no more by chance
    (single-step max-t: Hothorn, Bretz and Westfall, 2008, Biometrical Journal 50, section 3).

    Parameters
    ----------
    fits : what `fit_parts` returns with groups as parts, at least two.
    """
    count, size = fits.strengths.shape
    values, vectors = np.linalg.eigh(fits.covariance.reshape(count * size, count * size))
    normal = rng.standard_normal((DRAWS, count * size)) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    degrees = float(np.median(fits.degrees))
    # The first row is what was found, the others what chance alone does.
    rows = np.concatenate([fits.strengths[None], normal.reshape(DRAWS, count, size)])
    largest = np.zeros(len(rows))
    for first, second in combinations(range(count), 2):
        errors = np.sqrt(np.maximum(_variances(fits, first, second), 0.0))
        apart = np.abs(rows[:, first] - rows[:, second])
        # What has no error cannot differ.
        ratios = np.divide(apart, errors, out=np.zeros_like(apart), where=errors > 0.0)
        largest = np.maximum(largest, ratios.max(axis=1))
    statistic, by_chance = largest[0], largest[1:] / np.sqrt(rng.chisquare(degrees, DRAWS) / degrees)
    return EqualityTest(float(statistic), float((1 + np.count_nonzero(by_chance >= statistic)) / (1 + DRAWS)))


def _variances(fits: PartFits, first: int, second: int) -> FloatArray:
    """Return (m,) the variance of each competitor's difference between two groups."""
    own, other, both = (
        np.diag(fits.covariance[g, :, h]) for g, h in ((first, first), (second, second), (first, second))
    )
    return np.asarray(own + other - 2.0 * both, dtype=np.float64)
