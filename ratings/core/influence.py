"""How little would change the first place: the fewest votes, or raters, without which somebody else leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ratings.core.arrays import FloatArray, IntArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.errors import RatingsError
from ratings.core.resampling import rater_column

if TYPE_CHECKING:
    from ratings.core.bradley_terry import BradleyTerryFit
    from ratings.core.comparisons import Comparisons

CHALLENGERS = 5


@dataclass(frozen=True, eq=False, slots=True)
class Tipping:
    """A set whose removal was refitted and puts another competitor first.

    Attributes
    ----------
    challenger : index of who leads then.
    removed : votes, as row numbers, or raters, as their numbers.
    """

    challenger: int
    removed: IntArray

    @property
    def count(self) -> int:
        """How many that are: an upper bound of the fewest, and mostly equal to it."""
        return len(self.removed)


@one_blas_thread
def find_tipping(
    comparisons: Comparisons,
    fit: BradleyTerryFit,
    *,
    of: Literal["vote", "rater"] = "vote",
    challengers: int = CHALLENGERS,
) -> Tipping | None:
    r"""Search the fewest votes or raters without which another competitor is first.

    Units are removed in the order of what they add to the leader's distance from a challenger, to first order
    :math:`(e_1 - e_j)^\top H^{-1} u_g` (the approximate maximum influence perturbation: Broderick, Giordano and Meager,
    2020, arXiv 2011.14999; on arenas, Huang et al., 2025, arXiv 2508.11847), and the shortest such list is found by
    refitting. Returns None when removing even half of the units in that order does not do it.

    Parameters
    ----------
    challengers : how many of the next competitors are tried.

    Raises
    ------
    MissingColumnError
        If raters are asked for and not named.
    """
    order = np.argsort(-fit.strengths, kind="stable")
    leader = int(order[0])
    unit = np.arange(len(comparisons)) if of == "vote" else rater_column(comparisons)
    found: Tipping | None = None
    for challenger in order[1 : 1 + challengers]:
        share = _shares(comparisons, fit, leader, int(challenger), unit)
        helpful = np.argsort(-share, kind="stable")[: max(int(np.sum(share > 0)), 1)]
        most = min(len(helpful), max(len(np.unique(unit)) // 2, 1)) if found is None else found.count - 1
        removed = _shortest(comparisons, fit, (leader, int(challenger)), unit, helpful[:most])
        if removed is not None:
            found = Tipping(int(challenger), frozen(removed))
    return found


def _shares(comparisons: Comparisons, fit: BradleyTerryFit, leader: int, challenger: int, unit: IntArray) -> FloatArray:
    """Return what each unit adds to the leader's distance from the challenger, to first order."""
    direction = fit.inverse_information[leader] - fit.inverse_information[challenger]
    gap = fit.strengths[comparisons.a] - fit.strengths[comparisons.b]
    residual = comparisons.weights * (comparisons.outcome - 1.0 / (1.0 + np.exp(-gap)))
    share = residual * (direction[comparisons.a] - direction[comparisons.b])
    return np.bincount(unit, share).astype(np.float64)


def _shortest(
    comparisons: Comparisons, fit: BradleyTerryFit, pair: tuple[int, int], unit: IntArray, ordered: IntArray
) -> IntArray | None:
    """Return the shortest beginning of `ordered` without which the challenger is ahead, by bisection."""
    low, high = 0, len(ordered)
    if not high or not _overtaken(comparisons, fit, pair, unit, ordered):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _overtaken(comparisons, fit, pair, unit, ordered[:middle]):
            high = middle
        else:
            low = middle
    return ordered[:high]


def _overtaken(
    comparisons: Comparisons, fit: BradleyTerryFit, pair: tuple[int, int], unit: IntArray, removed: IntArray
) -> bool:
    out = np.zeros(int(unit.max(initial=-1)) + 1, dtype=np.bool_)
    out[removed] = True
    try:
        again = fit_bradley_terry(comparisons.select(~out[unit]), prior_precision=fit.prior_precision)
    except RatingsError:  # what is left is no longer connected, or has no optimum
        return False
    return bool(again.strengths[pair[1]] > again.strengths[pair[0]])
