"""Which groups may be shown, so that no figure is about few raters: not by itself, and not by subtraction."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import BoolArray, IntArray, frozen
from ratings.core.minimum_cut import find_light_cut

if TYPE_CHECKING:
    from collections.abc import Sequence

MINIMUM_CELL = 20


@dataclass(frozen=True, eq=False, slots=True)
class Partition:
    """One way to divide the raters of a board, such as by age.

    Attributes
    ----------
    cell : (n,) the cell of each rater, from 0, or -1 outside all cells. Nothing may tell how many are outside but what
        is left of the total; where it is told how many gave no answer, they are a cell of their own.
    cells : k, how many cells there are; some may be empty.

    Raises
    ------
    ValueError
        If a cell is out of range.
    """

    cell: IntArray
    cells: int

    def __post_init__(self) -> None:
        if len(self.cell) and not -1 <= int(self.cell.min()) <= int(self.cell.max()) < self.cells:
            raise ValueError(f"Cells of raters go from -1 to {self.cells - 1}")
        object.__setattr__(self, "cell", frozen(np.array(self.cell, dtype=np.intp)))

    @property
    def sizes(self) -> IntArray:
        """Raters of each cell, and of none as the last, (k + 1,)."""
        return np.bincount(np.where(self.cell < 0, self.cells, self.cell), minlength=self.cells + 1)


def divide_by_choices(chosen: BoolArray) -> list[Partition]:
    """Return a partition for each column of `chosen` (n, k): those who ticked it are its only cell.

    A question with several answers divides raters once for each answer, because cells of one partition do not overlap.
    """
    return [Partition(np.where(column, 0, -1), 1) for column in chosen.T]


def shown_cells(partitions: Sequence[Partition], minimum: int = MINIMUM_CELL) -> list[BoolArray]:
    r"""Return which cells of each partition may be shown, (k,) each.

    Whatever is shown about a cell may be a sum over its raters, and so may what is told about all n. Subtracting gives
    sums :math:`\sum_r c_r x_r` with any coefficients c that are combinations of shown cells and the whole. It is
    guaranteed that each such combination **of any one or two partitions** weighs no rater at all, or at least
    `minimum` of them. So no shown cell is smaller, neither is what is left of the whole, and no cell of one partition
    comes so near to one or several of another that the difference tells about fewer. Combinations of three or more
    partitions at once are not looked at, nor are figures of several days; a table of two is in
    `ratings.core.cross_table`.

    In two partitions, raters with a weight of 0 are those whose two cells carry opposite numbers, so that the fewest
    who are left are the lightest cut of the graph that has cells (and what is hidden, as one) as nodes and raters as
    edges. Hiding a cell merges two nodes. In one partition the hidden raters are the fewest that are possible: the
    cells below the minimum, and the smallest other when those are too few together. Between partitions the cheapest
    cell that ends a light cut is hidden until none is left, then whatever can be shown again is: no further cell could
    be, though another choice may hide fewer raters. Equal input gives equal output, and the order of raters does not
    matter.

    Parameters
    ----------
    partitions : of the same n raters, in the order of their importance: of equal choices, the later one gives way.
    minimum : raters that a figure must be about.

    Raises
    ------
    ValueError
        If partitions are not of the same raters.
    """
    if len({len(partition.cell) for partition in partitions}) > 1:
        raise ValueError("Partitions that are shown side by side must be of the same raters")
    board = _Board(partitions, minimum)
    for number in range(len(partitions)):
        board.protect_one(number)
    for first, second in combinations(range(len(partitions)), 2):
        board.protect_two(first, second)
    board.show_again()
    return [frozen(shown) for shown in board.shown]


def shown_cells_of_votes(cell: IntArray, rater: IntArray, cells: int, minimum: int = MINIMUM_CELL) -> BoolArray:
    """Return (k,) which cells may be shown where votes are divided, and a rater may have votes in several.

    Categories of prompts are such cells. Any combination of shown cells and the whole is then about the votes of nobody
    or of at least `minimum` raters. Only this one division is looked at.

    Parameters
    ----------
    cell, rater : (v,) of each vote, from 0; -1 for votes outside all cells, of which only the whole tells.
    cells : k.
    """
    member = np.zeros((int(rater.max(initial=-1)) + 1, cells + 1), dtype=np.bool_)
    member[rater, cell] = True  # -1 is the last column.
    sizes = member.sum(axis=0)
    shown = sizes[:-1] >= minimum
    rest = int(member[:, ~np.append(shown, False)].any(axis=1).sum())
    if 0 < rest < minimum and shown.any():
        shown[_smallest(sizes, shown)] = False
    return frozen(shown)


class _Board:
    """Partitions while cells are hidden in them; `shown` is the state."""

    def __init__(self, partitions: Sequence[Partition], minimum: int) -> None:
        self.minimum = minimum
        self.sizes = [partition.sizes for partition in partitions]
        self.shown: list[BoolArray] = [sizes[:-1] >= minimum for sizes in self.sizes]
        self.tables = {
            (first, second): _cross(partitions[first], partitions[second])
            for first, second in combinations(range(len(partitions)), 2)
        }

    def protect_one(self, number: int) -> None:
        """Hide the smallest shown cell where the hidden raters of one partition are too few."""
        if not self._one_is_safe(number):
            self.shown[number][_smallest(self.sizes[number], self.shown[number])] = False

    def protect_two(self, first: int, second: int) -> None:
        """Hide cells until no light cut is left between two partitions; what was safe before stays so."""
        while (sides := self._light_cut(first, second)) is not None:
            ways = [
                (int(self.sizes[number][hidden].sum()), -number, hidden)
                for number, side in zip((first, second), sides, strict=True)
                for hidden in [self._ends(number, side)]
                if hidden
            ]
            _, later, hidden = min(ways)
            self.shown[-later][hidden] = False

    def show_again(self) -> None:
        """Show whatever is large enough and, after all that was hidden later, need not be hidden."""
        waiting = [
            (-int(size), number, place)
            for number, sizes in enumerate(self.sizes)
            for place, size in enumerate(sizes[:-1])
            if size >= self.minimum and not self.shown[number][place]
        ]
        for _, number, place in sorted(waiting):
            self.shown[number][place] = True
            others = [pair for pair in self.tables if number in pair]
            if not self._one_is_safe(number) or any(self._light_cut(*pair) is not None for pair in others):
                self.shown[number][place] = False

    def _one_is_safe(self, number: int) -> bool:
        rest = self._hidden_raters(number)
        return rest == 0 or rest >= self.minimum or not self.shown[number].any()

    def _hidden_raters(self, number: int) -> int:
        return int(self.sizes[number].sum() - self.sizes[number][:-1][self.shown[number]].sum())

    def _light_cut(self, first: int, second: int) -> tuple[BoolArray, BoolArray] | None:
        """Return on which side the nodes of both are: shown cells, then what is hidden."""
        if not (self.shown[first].any() and self.shown[second].any()):
            return None
        rows, columns = _merging(self.shown[first]), _merging(self.shown[second])
        between = rows @ self.tables[first, second] @ columns.T
        height, width = between.shape
        weights = np.zeros((height + width,) * 2, dtype=np.intp)
        weights[:height, height:] = between
        weights[height:, :height] = between.T
        side = find_light_cut(weights, self.minimum)
        return None if side is None else (side[:height], side[height:])

    def _ends(self, number: int, side: BoolArray) -> list[int]:
        """Return the cells that, hidden with what is hidden already, are on both sides; none if all are on one."""
        sizes, places = self.sizes[number], np.flatnonzero(self.shown[number])
        ends = []
        for here in (False, True):
            if self._hidden_raters(number) and side[-1] == here:
                continue
            candidates = places[side[:-1] == here]
            if not len(candidates):
                return []
            ends.append(int(candidates[np.argmin(sizes[candidates])]))
        return ends


def _cross(first: Partition, second: Partition) -> IntArray:
    """Return (k + 1, l + 1) how many raters are in both, the last being outside all cells."""
    table = np.zeros((first.cells + 1, second.cells + 1), dtype=np.intp)
    np.add.at(table, (first.cell, second.cell), 1)
    return table


def _merging(shown: BoolArray) -> IntArray:
    """Return (s + 1, k + 1) which cells are in which node: each shown cell in one, all others in the last."""
    places = np.flatnonzero(shown)
    node = np.full(len(shown) + 1, len(places))
    node[places] = np.arange(len(places))
    merging: IntArray = np.equal.outer(np.arange(len(places) + 1), node).astype(np.intp)
    return merging


def _smallest(sizes: IntArray, shown: BoolArray) -> int:
    places = np.flatnonzero(shown)
    return int(places[np.argmin(sizes[places])])
