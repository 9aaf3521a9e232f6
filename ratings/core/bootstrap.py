"""Bootstrap of Bradley-Terry strengths, all replicates at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ratings.core.arrays import BoolArray, FloatArray, frozen
from ratings.core.errors import NotConvergedError
from ratings.core.newton import maximise
from ratings.core.objective import BradleyTerryObjective
from ratings.core.resampling import Cluster, Units, make_units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ratings.core.bradley_terry import BradleyTerryFit
    from ratings.core.comparisons import Comparisons

REPLICATES = 1000
TOLERANCE = 1e-6
FIXED_STEPS = 40
CHUNK_NUMBERS = 2_000_000


@dataclass(frozen=True, eq=False, slots=True)
class BootstrapDraws:
    """Strengths refitted on resampled units.

    Attributes
    ----------
    strengths : (r, m) one row per replicate that converged, each summing to zero.
    units : how many independent units were resampled.
    unconverged : replicates that were left out; r plus this is what was asked for.
    finished_by_newton : replicates that the shared curvature did not bring home, and full Newton did.
    """

    strengths: FloatArray
    cluster: Cluster
    units: int
    unconverged: int
    finished_by_newton: int


def bootstrap_strengths(  # noqa: PLR0913  each is one choice of the method
    comparisons: Comparisons,
    fit: BradleyTerryFit,
    *,
    rng: np.random.Generator,
    cluster: Cluster = "rater",
    replicates: int = REPLICATES,
    tolerance: float = TOLERANCE,
) -> BootstrapDraws:
    """Refit the strengths of `fit` on resampled raters (or prompts, or votes).

    Every unit gets an independent Poisson(1) count instead of a place in a fixed-size resample (Hanley and MacGibbon,
    2006, Computer Methods and Programs in Biomedicine 83): the totals differ, the fitted strengths have the same
    distribution, and votes can be summed into pairs first. Resampling whole raters keeps the dependence among one
    person's votes (Cameron, Gelbach and Miller, 2008, Review of Economics and Statistics 90).

    The centre of the prior is drawn again too, from the prior itself. Otherwise whoever won all of three votes would
    win them in every replicate and look certain; with it, a competitor without data gets the prior's spread, and for
    one with data it is invisible.

    Replicates start at the fit and take steps with its curvature until none moves by more than `tolerance`
    natural-log units; those that this does not bring home are finished one by one by full Newton.

    Raises
    ------
    MissingColumnError
        If the comparisons lack the column that `cluster` names.
    NotConvergedError
        If not a single replicate converged.
    """
    units = make_units(comparisons, fit.pairs, cluster)
    parts = [
        _refit(units, fit, counts, _draw_prior_means(fit, counts.shape[1], rng), tolerance)
        for counts in _draw_counts(units, fit, replicates, rng)
    ]
    converged = np.concatenate([part[1] for part in parts])
    strengths = np.concatenate([part[0] for part in parts], axis=1).T[converged]
    if not len(strengths):
        raise NotConvergedError(f"None of {replicates} bootstrap replicates converged")
    return BootstrapDraws(
        strengths=frozen(np.ascontiguousarray(strengths)),
        cluster=cluster,
        units=units.count,
        unconverged=int(np.sum(~converged)),
        finished_by_newton=sum(part[2] for part in parts),
    )


def _draw_counts(units: Units, fit: BradleyTerryFit, replicates: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Yield (u, c) counts in chunks that keep working arrays small."""
    widest = max(len(units.repeats), len(fit.pairs.low), len(fit.strengths))
    chunk = max(1, min(replicates, CHUNK_NUMBERS // widest))
    for first in range(0, replicates, chunk):
        size = min(chunk, replicates - first)
        yield rng.poisson(units.repeats[:, None], (len(units.repeats), size)).astype(np.float64)


def _draw_prior_means(fit: BradleyTerryFit, columns: int, rng: np.random.Generator) -> FloatArray:
    if fit.prior_precision == 0.0:
        return np.zeros((len(fit.strengths), columns))
    means = rng.normal(0.0, fit.prior_precision**-0.5, (len(fit.strengths), columns))
    centred: FloatArray = means - means.mean(axis=0)
    return centred


def _refit(
    units: Units, fit: BradleyTerryFit, counts: FloatArray, prior_means: FloatArray, tolerance: float
) -> tuple[FloatArray, BoolArray, int]:
    """Return strengths (m, c), which columns converged (c,), and how many of those took full Newton."""
    score, total = np.asarray(units.score @ counts), np.asarray(units.total @ counts)
    strengths, converged = _iterate(fit, score, total, prior_means, tolerance)
    finished = 0
    for column in np.flatnonzero(~converged):
        objective = BradleyTerryObjective(
            fit.pairs.low,
            fit.pairs.high,
            score[:, column],
            total[:, column],
            fit.prior_precision,
            prior_means[:, column],
        )
        try:
            strengths[:, column] = maximise(objective, fit.strengths, tolerance=tolerance).strengths
        except NotConvergedError:
            continue
        converged[column] = True
        finished += 1
    return strengths, converged, finished


def _iterate(
    fit: BradleyTerryFit, score: FloatArray, total: FloatArray, prior_means: FloatArray, tolerance: float
) -> tuple[FloatArray, BoolArray]:
    """Newton steps with the curvature of `fit` for all columns at once; finished columns leave the work."""
    pairs = fit.pairs
    spread = pairs.incidence().T.tocsr()
    strengths = np.repeat(fit.strengths[:, None], score.shape[1], axis=1)
    active = np.arange(score.shape[1])
    for _ in range(FIXED_STEPS):
        here = strengths[:, active]
        residual = score[:, active] - total[:, active] * expit(here[pairs.low] - here[pairs.high])
        gradient = spread @ residual - fit.prior_precision * (here - prior_means[:, active])
        step = fit.inverse_information @ gradient
        strengths[:, active] = here + step
        # A linear iteration is as far from its end as its last step is long, or less, once it halves at every step.
        active = active[np.abs(step).max(axis=0) > tolerance]
        if not len(active):
            break
    converged = np.ones(score.shape[1], dtype=np.bool_)
    converged[active] = False
    return strengths, converged
