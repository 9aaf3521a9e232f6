"""One order from several criteria, which rewards being good in all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, log_expit, stdtrit

from ratings.core.arrays import FloatArray, frozen
from ratings.core.method import LEVEL

if TYPE_CHECKING:
    from ratings.core.parts import PartFits


@dataclass(frozen=True, eq=False, slots=True)
class CombinedCriteria:
    """How good competitors are in all criteria at once.

    Attributes
    ----------
    scores : (m,) natural logarithms, below 0; the exponential is `probability`.
    covariance : (m, m) of the scores, to first order.
    lower, upper : (m,) ends of each score's interval.
    degrees : (m,) of freedom behind the interval.
    level : coverage of each interval by itself.
    """

    scores: FloatArray
    covariance: FloatArray
    lower: FloatArray
    upper: FloatArray
    degrees: FloatArray
    level: float

    @property
    def probability(self) -> FloatArray:
        """How likely an average competitor is beaten in every criterion, if criteria were decided apart, (m,)."""
        return np.exp(self.scores)


def combine_criteria(fits: PartFits, *, level: float = LEVEL) -> CombinedCriteria:
    r"""Add up log-sigmoids of the strengths in each criterion.

    .. math:: s_i = \sum_c \log \sigma(\theta_{ci})

    with strengths that average zero in each criterion, so that :math:`\sigma(\theta_{ci})` is the chance to win against
    an average competitor there (Wang et al., 2024, Transforming and combining rewards, ICML, with the average
    as reference). More of what is good already adds little, and no strength makes up for a weakness: a sum of
    strengths would let it.

    Intervals come from the covariance of `fits` by the delta method on :math:`\log(-s)`, so that they stay below 0,
    with Student's quantile for the fewest degrees of freedom among the criteria.

    Parameters
    ----------
    fits : what `fit_parts` returns with criteria as parts.
    """
    scores, slopes = combined_scores(fits.strengths)
    covariance = np.einsum("ci,cidj,dj->ij", slopes, fits.covariance, slopes)
    degrees = fits.degrees.min(axis=0)
    errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    reach = stdtrit(degrees, 0.5 * (1.0 + level)) * errors / -scores
    return CombinedCriteria(
        scores=frozen(scores),
        covariance=frozen(covariance),
        lower=frozen(scores * np.exp(reach)),
        upper=frozen(scores * np.exp(-reach)),
        degrees=frozen(degrees),
        level=level,
    )


def combined_scores(strengths: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the scores (m,) of strengths (c, m), and their derivatives (c, m) by each strength."""
    scores: FloatArray = log_expit(strengths).sum(axis=0)
    slopes: FloatArray = expit(-strengths)
    return scores, slopes
