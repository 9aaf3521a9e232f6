"""How ranks and ratings depend on choices that reasonable people make differently."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import FloatArray, IntArray, frozen
from ratings.core.comparisons import TIE
from ratings.core.method import PRIOR_PRECISION
from ratings.core.regression import fit_regression
from ratings.core.scale import centred

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratings.core.arrays import BoolArray
    from ratings.core.comparisons import Comparisons
    from ratings.core.method import Ties

TIES: tuple[Ties, ...] = ("half", "davidson", "rao-kupper")
# A quarter of the default, and four times it: standard deviations of 695, 347 and 174 points.
PRIORS = (PRIOR_PRECISION / 4.0, PRIOR_PRECISION, PRIOR_PRECISION * 4.0)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to fit the same votes; see `fit_regression`."""

    ties: Ties
    side: bool
    prior_precision: float


@dataclass(frozen=True, eq=False, slots=True)
class RankRange:
    """What all variants say.

    Attributes
    ----------
    variants : v ways to fit.
    strengths : (v, m) of each, centred on the anchors.
    ranks : (v, m) from 1, the strongest.
    """

    variants: tuple[Variant, ...]
    strengths: FloatArray
    ranks: IntArray

    @property
    def best(self) -> IntArray:
        """The best rank of each competitor under any variant, (m,)."""
        return np.asarray(self.ranks.min(axis=0), dtype=np.intp)

    @property
    def worst(self) -> IntArray:
        """The worst rank of each competitor under any variant, (m,)."""
        return np.asarray(self.ranks.max(axis=0), dtype=np.intp)

    @property
    def lowest(self) -> FloatArray:
        """The lowest strength of each competitor under any variant, (m,)."""
        return np.asarray(self.strengths.min(axis=0), dtype=np.float64)

    @property
    def highest(self) -> FloatArray:
        """The highest strength of each competitor under any variant, (m,)."""
        return np.asarray(self.strengths.max(axis=0), dtype=np.float64)


def rank_range(
    comparisons: Comparisons,
    *,
    ties: Sequence[Ties] = TIES,
    sides: Sequence[bool] = (False, True),
    priors: Sequence[float] = PRIORS,
    anchors: BoolArray | None = None,
) -> RankRange:
    """Fit every combination of a model of ties, an effect of the side, and a prior.

    None of these is right or wrong, so a rank that holds only under one of them is a rank of that choice, not of the
    votes (a multiverse analysis: Steegen, Tuerlinckx, Gelman and Vanpaemel, 2016, Perspectives on Psychological Science
    11; on models that fit alike and rank differently, Marx, Calmon and Ustun, 2020, ICML). The range says nothing about
    chance: intervals and rank bounds do, for one choice at a time.

    Without a single tie the models of ties are the same, and only half wins are listed.

    Parameters
    ----------
    anchors : (m,) bool; strengths are centred on the mean of these, or of all when it is left out.

    Raises
    ------
    ValueError
        If there is no variant.
    DisconnectedError, NotConvergedError
        As in `fit_regression`.
    """
    told_apart = ties if (comparisons.outcome == TIE).any() else ("half",)
    variants = tuple(Variant(*chosen) for chosen in product(told_apart, sides, priors))
    if not variants:
        raise ValueError("Name at least one model of ties, one choice about the side and one prior")
    marked = np.ones(len(comparisons.competitors), dtype=np.bool_) if anchors is None else anchors
    strengths = np.array([centred(_strengths(comparisons, variant), marked) for variant in variants])
    ranks = 1 + (strengths[:, :, None] < strengths[:, None, :]).sum(axis=2)
    return RankRange(variants, frozen(strengths), frozen(ranks.astype(np.intp)))


def _strengths(comparisons: Comparisons, variant: Variant) -> FloatArray:
    return fit_regression(
        comparisons,
        ties=variant.ties,
        covariates=False,
        side=variant.side,
        prior_precision=variant.prior_precision,
    ).strengths
