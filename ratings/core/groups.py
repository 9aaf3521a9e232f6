"""Whether groups see competitors differently: groups of raters, kinds of prompts, or times."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from ratings.core.arrays import FloatArray, frozen
from ratings.core.intervals import as_student
from ratings.core.method import LEVEL
from ratings.core.parts import draw_normal

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


def compare_groups_at_once(
    fits: PartFits, first: int, second: int, *, rng: np.random.Generator, level: float = LEVEL
) -> GroupDifferences:
    r"""Return what `compare_groups` does, with intervals that hold for all competitors together.

    .. math:: d_i \pm c \, s_i, \qquad c = \text{quantile}_{level} \max_i |Z_i| / s_i, \quad Z \sim N(0, V)

    with the covariance V of the differences and s the roots of its diagonal, by `DRAWS` draws; c is moved to Student's
    distribution with each difference's own degrees of freedom (single-step max-t: Hothorn, Bretz and Westfall, 2008,
    Biometrical Journal 50, section 3). An interval without 0 is a difference that looking at many does not explain.

    Parameters
    ----------
    fits : what `fit_parts` returns with groups as parts.
    """
    alone = compare_groups(fits, first, second, level=level)
    errors = np.sqrt(np.maximum(_variances(fits, first, second), 0.0))
    between = fits.covariance[first, :, second]
    covariance = fits.covariance[first, :, first] + fits.covariance[second, :, second] - between - between.T
    drawn = np.abs(draw_normal(covariance, DRAWS, rng))
    largest = np.divide(drawn, errors, out=np.zeros_like(drawn), where=errors > 0.0).max(axis=1, initial=0.0)
    critical = float(np.quantile(largest, level))
    degrees = np.minimum(fits.degrees[first], fits.degrees[second])
    reach = np.array([as_student(critical, float(each)) for each in degrees]) * errors
    return GroupDifferences(alone.difference, frozen(alone.difference - reach), frozen(alone.difference + reach), level)


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
    normal = fits.draw(DRAWS, rng)
    degrees = float(np.median(fits.degrees))
    # The first row is what was found, the others what chance alone does.
    rows = np.concatenate([fits.strengths[None], normal])
    largest = np.zeros(len(rows))
    for first, second in combinations(range(len(fits.strengths)), 2):
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
