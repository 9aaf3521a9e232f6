"""Bootstrap of Bradley-Terry strengths, all replicates at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ratings.core.arrays import BoolArray, FloatArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.compiled_replicates import pull
from ratings.core.errors import NotConvergedError
from ratings.core.method import REPLICATES
from ratings.core.newton import maximise
from ratings.core.objective import BradleyTerryObjective
from ratings.core.resampled_counts import ClusterDraws, Draws, VoteDraws
from ratings.core.resampling import Cluster, Clusters, alike_votes, cluster_rows

if TYPE_CHECKING:
    from ratings.core.arrays import SmallFloatArray
    from ratings.core.bradley_terry import BradleyTerryFit
    from ratings.core.comparisons import Comparisons
    from ratings.core.pairs import PairCounts

TOLERANCE = 5e-6
FIXED_STEPS = 40
# Replicates that take steps together: enough for vector instructions, few enough for the processor's cache.
TOGETHER = 64
# Beyond this difference from the estimate a sigmoid is flat.
FURTHEST = 10.0


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


@dataclass(frozen=True, eq=False, slots=True)
class _Refitted:
    strengths: FloatArray
    converged: BoolArray
    finished: int


@one_blas_thread
def bootstrap_strengths(  # noqa: PLR0913  each is one choice of the method
    comparisons: Comparisons | PairCounts,
    fit: BradleyTerryFit,
    *,
    rng: np.random.Generator,
    cluster: Cluster = "rater",
    replicates: int = REPLICATES,
    tolerance: float = TOLERANCE,
    threads: int | None = None,
    grouped: Clusters | None = None,
) -> BootstrapDraws:
    """Refit the strengths of `fit` on resampled raters (or prompts, or votes).

    Every unit gets an independent Poisson(1) count instead of a place in a fixed-size resample (Hanley and MacGibbon,
    2006, Computer Methods and Programs in Biomedicine 83): the totals differ, the fitted strengths have the same
    distribution, and votes can be summed into pairs first. Resampling whole raters keeps the dependence among one
    person's votes (Cameron, Gelbach and Miller, 2008, Review of Economics and Statistics 90).

    "two-way" resamples raters, and independently prompts, and adds both deviations. That counts twice what belongs to
    neither; `estimate_uncertainty` scales it to the two-way sandwich.

    The centre of the prior is drawn again too, from the prior itself. Otherwise whoever won all of three votes would
    win them in every replicate and look certain; with it, a competitor without data gets the prior's spread, and for
    one with data it is invisible.

    Replicates start at the fit and take steps with its curvature until none moves by more than `tolerance`
    natural-log units; those that this does not bring home are finished one by one by full Newton.

    Parameters
    ----------
    comparisons : those that were fitted, or only their counts when votes are resampled.
    threads : how many chunks are worked on at once, all processors when left out; it changes no number.
    grouped : what `cluster_rows` returns for the same arguments, when the caller has it already.

    Raises
    ------
    MissingColumnError
        If the comparisons lack the column that `cluster` names.
    NotConvergedError
        If not a single replicate converged.
    """
    key, second = (np.uint64(number) for number in rng.integers(0, 2**64, 2, dtype=np.uint64))
    # Whole groups are refitted and the surplus is cut off, so that more replicates leave the earlier ones as they are.
    means = _draw_prior_means(fit, _rounded(replicates), rng)
    if cluster == "two-way":
        by_rater, by_prompt = _draws(comparisons, fit, "rater", key), _draws(comparisons, fit, "prompt", second)
        raters = _refit_all(by_rater, fit, means, tolerance, threads)
        prompts = _refit_all(by_prompt, fit, np.zeros_like(means), tolerance, threads)
        units = min(by_rater.units, by_prompt.units)
        return _collected(_added(raters, prompts, fit), replicates, cluster, units)
    draws = _draws(comparisons, fit, cluster, key, grouped)
    return _collected(_refit_all(draws, fit, means, tolerance, threads), replicates, cluster, draws.units)


def _draws(
    data: Comparisons | PairCounts,
    fit: BradleyTerryFit,
    cluster: Literal["vote", "rater", "prompt"],
    key: np.uint64,
    grouped: Clusters | None = None,
) -> Draws:
    if cluster == "vote":
        return VoteDraws(alike_votes(data, fit.pairs), len(fit.pairs.low), key)
    return ClusterDraws(grouped or cluster_rows(data, fit.pairs, cluster), len(fit.pairs.low), key)


def _draw_prior_means(fit: BradleyTerryFit, replicates: int, rng: np.random.Generator) -> FloatArray:
    """Return (m, r), each column centred."""
    if fit.prior_precision == 0.0:
        return np.zeros((len(fit.strengths), replicates))
    means = rng.normal(0.0, fit.prior_precision**-0.5, (replicates, len(fit.strengths))).T
    centred: FloatArray = means - means.mean(axis=0)
    return centred


def _refit_all(
    draws: Draws, fit: BradleyTerryFit, means: FloatArray, tolerance: float, threads: int | None
) -> _Refitted:
    replicates = means.shape[1]
    inverse = np.ascontiguousarray(fit.inverse_information)

    def refit_chunk(first: int) -> _Refitted:
        score, total = draws.counts(first, min(draws.chunk, replicates - first))
        parts = [
            _refit(
                fit, inverse, (score, total, offset), means[:, first + offset : first + offset + TOGETHER], tolerance
            )
            for offset in range(0, min(draws.chunk, replicates - first), TOGETHER)
        ]
        return _joined(parts)

    fit.probability, fit.inverse_information  # noqa: B018  computed once, before threads ask for them
    workers = threads or len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(max_workers=workers) as pool:
        return _joined(list(pool.map(refit_chunk, range(0, replicates, draws.chunk))))


def _rounded(columns: int) -> int:
    return -(-columns // TOGETHER) * TOGETHER


def _refit(
    fit: BradleyTerryFit,
    inverse: FloatArray,
    counts: tuple[SmallFloatArray, SmallFloatArray, int],
    means: FloatArray,
    tolerance: float,
) -> _Refitted:
    moved, converged = _iterate(fit, inverse, counts, means, tolerance)
    strengths = fit.strengths[:, None] + moved
    finished = 0
    for column in np.flatnonzero(~converged):
        score, total, first = counts
        objective = BradleyTerryObjective(
            fit.pairs.low,
            fit.pairs.high,
            score[:, first + column].astype(np.float64),
            total[:, first + column].astype(np.float64),
            fit.prior_precision,
            means[:, column],
        )
        try:
            strengths[:, column] = maximise(objective, fit.strengths, tolerance=tolerance).strengths
        except NotConvergedError:
            continue
        converged[column] = True
        finished += 1
    return _Refitted(strengths, converged, finished)


def _iterate(
    fit: BradleyTerryFit,
    inverse: FloatArray,
    counts: tuple[SmallFloatArray, SmallFloatArray, int],
    means: FloatArray,
    tolerance: float,
) -> tuple[FloatArray, BoolArray]:
    """Newton steps with the curvature of `fit` for all columns at once; return how far each moved, (m, c)."""
    score, total, first = counts
    moved = np.zeros(means.shape)
    prior = fit.prior_precision * (fit.strengths[:, None] - means)
    for _ in range(FIXED_STEPS):
        gradient = -prior - fit.prior_precision * moved
        clipped = np.clip(moved, -FURTHEST, FURTHEST)
        pull(fit.pairs.low, fit.pairs.high, fit.probability, score, total, first, clipped, gradient)
        step = inverse @ gradient
        moved += step
        # A linear iteration is as far from its end as its last step is long, or less, once it halves at every step.
        converged = np.abs(step).max(axis=0) <= tolerance
        if converged.all():
            break
    return moved, converged & (np.abs(moved).max(axis=0) < FURTHEST)


def _added(first: _Refitted, second: _Refitted, fit: BradleyTerryFit) -> _Refitted:
    strengths = first.strengths + second.strengths - fit.strengths[:, None]
    return _Refitted(strengths, first.converged & second.converged, first.finished + second.finished)


def _joined(parts: list[_Refitted]) -> _Refitted:
    return _Refitted(
        np.concatenate([part.strengths for part in parts], axis=1),
        np.concatenate([part.converged for part in parts]),
        sum(part.finished for part in parts),
    )


def _collected(refitted: _Refitted, replicates: int, cluster: Cluster, units: int) -> BootstrapDraws:
    converged = refitted.converged[:replicates]
    strengths = refitted.strengths.T[:replicates][converged]
    if not len(strengths):
        raise NotConvergedError(f"None of {replicates} bootstrap replicates converged")
    return BootstrapDraws(
        strengths=frozen(np.ascontiguousarray(strengths)),
        cluster=cluster,
        units=units,
        unconverged=int(np.sum(~converged)),
        finished_by_newton=refitted.finished,
    )
