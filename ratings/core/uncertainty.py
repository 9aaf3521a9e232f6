"""How sure a fit is: intervals, a covariance and draws that agree with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import BoolArray, FloatArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.bootstrap import BootstrapDraws, bootstrap_strengths
from ratings.core.intervals import Intervals, percentile_intervals, simultaneous_intervals, student_intervals
from ratings.core.method import LEVEL, REPLICATES, IntervalMethod
from ratings.core.ranks import RankBounds, rank_bounds
from ratings.core.resampling import cluster_rows
from ratings.core.sandwich import Sandwich, estimate_sandwich
from ratings.core.scale import centred

if TYPE_CHECKING:
    from ratings.core.bradley_terry import BradleyTerryFit
    from ratings.core.comparisons import Comparisons
    from ratings.core.pairs import PairCounts
    from ratings.core.resampling import Cluster


@dataclass(frozen=True, eq=False, slots=True)
class Uncertainty:
    """What a fit supports.

    Attributes
    ----------
    strengths : (m,) of the fit, centred on the anchors.
    intervals : one for each competitor by itself.
    sandwich : covariance and effective degrees of freedom, jackknifed over the same clusters.
    sample : (r, m) draws around `strengths`, centred alike: the scaled bootstrap, or normal draws with the covariance.
    draws : the bootstrap as it came, when there was one.
    """

    strengths: FloatArray
    intervals: Intervals
    sandwich: Sandwich
    sample: FloatArray
    draws: BootstrapDraws | None

    def ranks(self, members: BoolArray | None = None) -> RankBounds:
        """Return simultaneous rank bounds among `members` (m,), or among all."""
        chosen = np.ones(len(self.strengths), dtype=np.bool_) if members is None else members
        return rank_bounds(
            self.strengths[chosen],
            self.sample[:, chosen],
            level=self.intervals.level,
            covariance=self.sandwich.covariance[np.ix_(chosen, chosen)],
            degrees=self._typical_degrees(chosen),
        )

    def band(self) -> Intervals:
        """Return intervals that hold all strengths at once."""
        everyone = np.ones(len(self.strengths), dtype=np.bool_)
        return simultaneous_intervals(
            self.strengths,
            self.sample,
            self.sandwich.covariance,
            self._typical_degrees(everyone),
            level=self.intervals.level,
        )

    def _typical_degrees(self, chosen: BoolArray) -> float:
        return float(np.median(self.sandwich.degrees[chosen])) if chosen.any() else np.inf


@one_blas_thread
def estimate_uncertainty(  # noqa: PLR0913  each is one choice of the method
    comparisons: Comparisons | PairCounts,
    fit: BradleyTerryFit,
    *,
    rng: np.random.Generator,
    method: IntervalMethod = "bootstrap",
    cluster: Cluster = "rater",
    replicates: int = REPLICATES,
    level: float = LEVEL,
    anchors: BoolArray | None = None,
) -> Uncertainty:
    """Estimate how uncertain the strengths of `fit` are when only clusters are independent.

    "sandwich" gives strengths plus and minus Student's quantile of jackknifed standard errors, with effective degrees
    of freedom for each competitor. "bootstrap" gives percentiles of refitted strengths. A bootstrap over few or uneven
    clusters is too narrow in the same way as a plain sandwich, so deviations are widened to the jackknifed standard
    error where they are narrower, and tails by the same degrees of freedom. With many even clusters both change
    nothing.

    Raises
    ------
    MissingColumnError
        If the comparisons lack the column that `cluster` names.
    NotConvergedError
        See `bootstrap_strengths` and `estimate_sandwich`.
    """
    marked = np.ones(len(fit.strengths), dtype=np.bool_) if anchors is None else anchors
    strengths = frozen(centred(fit.strengths, marked))
    grouped = cluster_rows(comparisons, fit.pairs, cluster) if cluster in {"rater", "prompt"} else None
    sandwich = estimate_sandwich(comparisons, fit, cluster=cluster, anchors=marked, grouped=grouped)
    if method == "sandwich":
        intervals = student_intervals(strengths, sandwich.covariance, sandwich.degrees + 1.0, level=level)
        # The matrix is singular along the constant vector; eigh copes, Cholesky would not.
        sample = rng.multivariate_normal(strengths, sandwich.covariance, replicates, method="eigh")
        return Uncertainty(strengths, intervals, sandwich, frozen(sample), None)
    draws = bootstrap_strengths(comparisons, fit, rng=rng, cluster=cluster, replicates=replicates, grouped=grouped)
    deviations = centred(draws.strengths, marked) - strengths
    sample = strengths + deviations * _widening(deviations, sandwich)
    intervals = percentile_intervals(sample, sandwich.degrees + 1.0, level=level, spread_corrected=True)
    return Uncertainty(strengths, intervals, sandwich, frozen(sample), draws)


def _widening(deviations: FloatArray, sandwich: Sandwich) -> FloatArray:
    """Return (m,) what deviations are multiplied by.

    The sum of raters' and prompts' deviations counts twice what belongs to neither, so there it may also narrow.
    """
    spread = deviations.std(axis=0)
    ratio = np.divide(sandwich.standard_errors, spread, out=np.ones(len(spread)), where=spread > 0)
    return np.asarray(ratio if sandwich.cluster == "two-way" else np.maximum(ratio, 1.0), dtype=np.float64)
