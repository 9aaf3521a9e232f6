"""Weights with which a sample of raters agrees with a population in several margins at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import FloatArray, IntArray, frozen
from ratings.core.errors import NotConvergedError, RatingsError
from ratings.core.weights import effective_sample_size

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLERANCE = 1e-8
ROUNDS = 1_000


class EmptyCellError(RatingsError):
    """Part of the population is not in the sample, so that no weights can stand for it.

    Attributes
    ----------
    cells : of each margin, the cells with a share of the population and nobody in the sample, counted from 0.
    """

    def __init__(self, cells: Sequence[Sequence[int]]) -> None:
        self.cells = tuple(tuple(margin) for margin in cells)
        named = "; ".join(f"margin {number}: {list(margin)}" for number, margin in enumerate(self.cells) if margin)
        super().__init__(
            f"Nobody in the sample belongs to these parts of the population: {named}. Merge each with a part like it."
        )


@dataclass(frozen=True, eq=False, slots=True)
class Margin:
    """The shares of one division of the population, such as by age, and where each unit of the sample belongs.

    Attributes
    ----------
    cell : (n,) from 0.
    shares : (k,) of the population, at least 0 and not all 0; they are scaled to add up to 1.

    Raises
    ------
    ValueError
        If a cell has no share, or shares are not shares.
    """

    cell: IntArray
    shares: FloatArray

    def __post_init__(self) -> None:
        shares = np.array(self.shares, dtype=np.float64)
        if not (np.isfinite(shares) & (shares >= 0.0)).all() or shares.sum() <= 0.0:
            raise ValueError("Shares of a population must be at least 0, and not all 0")
        if len(self.cell) and not 0 <= int(self.cell.min()) <= int(self.cell.max()) < len(shares):
            raise ValueError(f"Cells of this margin go from 0 to {len(shares) - 1}")
        object.__setattr__(self, "cell", frozen(np.array(self.cell, dtype=np.intp)))
        object.__setattr__(self, "shares", frozen(shares / shares.sum()))

    def gap(self, weights: FloatArray) -> float:
        """Return the largest difference between a share of the population and of `weights` (n,)."""
        have = np.bincount(self.cell, weights, len(self.shares)) / weights.sum()
        return float(np.abs(have - self.shares).max())


@dataclass(frozen=True, eq=False, slots=True)
class RakedWeights:
    """Weights that agree with margins, and what they cost.

    Attributes
    ----------
    weights : (n,) averaging 1; 0 for units in a cell that the population does not have.
    largest_gap : the largest difference between a share of the population and of the weighted sample; above the
        tolerance only where weights were cut.
    cut : how many weights were held at the longest that is allowed.
    rounds : how often all margins were gone through.
    """

    weights: FloatArray
    largest_gap: float
    cut: int
    rounds: int

    @property
    def design_effect(self) -> float:
        """See `design_effect`."""
        return design_effect(self.weights)

    @property
    def effective_size(self) -> float:
        """How many equally weighted units are as precise (Kish); see `effective_sample_size`."""
        return effective_sample_size(self.weights)


def design_effect(weights: FloatArray) -> float:
    r"""Return by how much uneven weights multiply variances: :math:`n \sum w^2 / (\sum w)^2`, at least 1.

    Kish (1965, Survey Sampling, section 11.7); for weights that have nothing to do with what is measured. 1 for none.
    """
    effective = effective_sample_size(weights)
    return len(weights) / effective if effective > 0.0 else 1.0


def rake(margins: Sequence[Margin], *, longest: float = np.inf) -> RakedWeights:
    r"""Return the weights nearest to equal ones with which every margin has the population's shares.

    Each margin in turn multiplies the weights of its cells to their shares, until all fit (Deming and Stephan, 1940,
    Annals of Mathematical Statistics 11). Of all weights that fit, these are nearest to 1 in
    :math:`\sum w \log w`. With one margin that is post-stratification, in one round.

    Parameters
    ----------
    margins : of the same n units, which may be raters, or votes when a share is to be one of votes.
    longest : no weight may be more than this many times the average; above 1. Longer ones are held there while the
        rest goes on fitting, which trades a gap in the margins, that is reported, for a larger effective sample.

    Raises
    ------
    EmptyCellError
        If a part of the population is not in the sample.
    NotConvergedError
        If the margins contradict each other in this sample, as when all of one cell are in another with less.
    ValueError
        If there is no margin, they are not of the same units, or `longest` is not above 1.
    """
    sizes = {len(margin.cell) for margin in margins}
    if len(sizes) != 1 or longest <= 1.0:
        raise ValueError("Raking needs margins of the same units, and room above the average weight")
    empty = [
        np.flatnonzero((np.bincount(margin.cell, minlength=len(margin.shares)) == 0) & (margin.shares > 0)).tolist()
        for margin in margins
    ]
    if any(empty):
        raise EmptyCellError(empty)
    units, before = sizes.pop(), np.inf
    weights = np.ones(units)
    for number in range(1, ROUNDS + 1):
        for margin in margins:
            weights = _fitted(weights, margin)
        cut = weights > longest * weights.mean()
        weights = _cut(weights, longest)
        gap = max(margin.gap(weights) for margin in margins)
        if gap <= TOLERANCE or (cut.any() and abs(before - gap) <= TOLERANCE):
            return RakedWeights(frozen(weights / weights.mean()), gap, int(cut.sum()), number)
        before = gap
    raise NotConvergedError(
        f"After {ROUNDS} rounds a share is still {gap:.1%} off: in this sample the margins contradict each other. "
        "Merge small cells, leave a margin out, or allow longer weights."
    )


def _fitted(weights: FloatArray, margin: Margin) -> FloatArray:
    """Return the weights scaled so that this margin fits; a cell whose weights are all 0 stays so."""
    have = np.bincount(margin.cell, weights, len(margin.shares))
    wanted = margin.shares * weights.sum()
    factor = np.divide(wanted, have, out=np.zeros_like(wanted), where=have > 0.0)
    scaled: FloatArray = weights * factor[margin.cell]
    return scaled


def _cut(weights: FloatArray, longest: float) -> FloatArray:
    """Return weights of which none is longer than that many averages; the average falls with what is cut."""
    if np.isinf(longest):
        return weights
    while (long := weights > longest * weights.mean() * (1.0 + 1e-12)).any():
        rest = weights[~long].sum()
        # With c cut weights of L averages, the others' sum is (n - c L) averages.
        left = len(weights) - longest * long.sum()
        ceiling = longest * rest / left if left > 0.0 else longest * weights.mean()
        weights = np.minimum(weights, ceiling)
    return weights
