"""A test of whether groups of raters differ at all that assumes nothing about how people vote."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.blas import one_blas_thread
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.compiled_group_fits import gains_by_grouping
from ratings.core.method import PRIOR_PRECISION
from ratings.core.resampling import clusters, rater_column

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray, SmallIntArray
    from ratings.core.comparisons import Comparisons

PERMUTATIONS = 999
AT_ONCE = 32
FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class LikelihoodRatioTest:
    """Whether groups of raters differ at all.

    Attributes
    ----------
    statistic : twice the log-likelihood that strengths of their own give the groups above common ones.
    p_value : how often one as large comes about when labels are handed to raters at random.
    permutations : how often that was done.
    """

    statistic: float
    p_value: float
    permutations: int


@one_blas_thread
def likelihood_ratio_test(
    comparisons: Comparisons,
    group: IntArray,
    *,
    rng: np.random.Generator,
    permutations: int = PERMUTATIONS,
    prior_precision: float = PRIOR_PRECISION,
) -> LikelihoodRatioTest:
    r"""Test whether the strengths of all competitors are the same in all groups of raters.

    .. math:: T = 2 \sum_g \max_\theta \Big[ \ell_g(\theta) - \tfrac{\lambda}{2} \lVert \theta - \hat\theta \rVert^2
              \Big] - \ell_g(\hat\theta)

    with the strengths :math:`\hat\theta` of all groups together. The penalty keeps a group finite that knows little
    about some competitor, and is invisible otherwise. The distribution of T if groups were alike is got by handing the
    labels to the raters in random order, each rater keeping all votes, so that neither heavy voters nor tastes of one's
    own are taken for differences of groups (Good, 2005, Permutation, Parametric, and Bootstrap Tests of Hypotheses,
    chapter 1; p-values as in Phipson and Smyth, 2010, Statistical Applications in Genetics and Molecular Biology 9).
    It answers whether a label says anything about votes: groups that like the same but vote in other numbers or on
    other pairs differ too, which moves T only a little.

    Parameters
    ----------
    group : (u,) from 0, the group of each rater number, or -1 for raters in none, who are left out.
    prior_precision : lambda, above 0.

    Raises
    ------
    ValueError
        If a rater has no group, fewer than two groups have raters who voted, or there is no prior.
    DisconnectedError
        If no chain of comparisons connects all competitors.
    MissingColumnError
        If the comparisons do not say who judged.
    """
    if prior_precision <= 0.0:
        raise ValueError("Fits of groups need a prior: set prior_precision above 0")
    rater = rater_column(comparisons)
    if int(rater.max(initial=-1)) >= len(group):
        raise ValueError("Every rater needs the number of a group, or -1")
    used = comparisons.select((group[rater] >= 0) & (comparisons.weights > 0))
    labels = _largest_first(group[np.unique(rater_column(used))])
    count = int(labels.max(initial=-1)) + 1
    if count < FEWEST_GROUPS:
        raise ValueError(f"{count} groups have raters who voted; a test needs two")
    fit = fit_bradley_terry(used, prior_precision=prior_precision)
    units, pairs = clusters(used, fit.pairs, rater_column(used)), fit.pairs

    def gains(groupings: SmallIntArray) -> FloatArray:
        return gains_by_grouping(
            groupings,
            count,
            units.start,
            units.pair,
            units.outcome,
            units.weight,
            pairs.low,
            pairs.high,
            pairs.score,
            pairs.total,
            prior_precision,
            fit.strengths,
        )

    found = float(gains(labels[None])[0])
    mixed = [rng.permuted(np.tile(labels, (size, 1)), axis=1) for size in _chunks(permutations)]
    with ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
        by_chance = np.concatenate(list(pool.map(gains, mixed)))
    # Equal groupings must count as equal, whatever the order of their sums.
    as_large = int(np.count_nonzero(by_chance >= found * (1.0 - 1e-9)))
    return LikelihoodRatioTest(2.0 * found, (1 + as_large) / (1 + permutations), permutations)


def _largest_first(group: IntArray) -> SmallIntArray:
    """Number groups anew, from 0, by how many raters they have."""
    _, place, sizes = np.unique(group, return_inverse=True, return_counts=True)
    rank = np.empty(len(sizes), dtype=np.int32)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return rank[place]


def _chunks(permutations: int) -> list[int]:
    whole, rest = divmod(permutations, AT_ONCE)
    return [AT_ONCE] * whole + [rest] * (rest > 0)
