"""Whether two groups see competitors differently: groups of raters, kinds of prompts, or times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from ratings.core.arrays import FloatArray, frozen
from ratings.core.method import LEVEL

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
    own, other, both = (
        np.diag(fits.covariance[g, :, h]) for g, h in ((first, first), (second, second), (first, second))
    )
    degrees = np.minimum(fits.degrees[first], fits.degrees[second])
    reach = stdtrit(degrees, 0.5 * (1.0 + level)) * np.sqrt(np.maximum(own + other - 2.0 * both, 0.0))
    return GroupDifferences(frozen(difference), frozen(difference - reach), frozen(difference + reach), level)
