"""Which cells of a table of two partitions may be shown beside its margins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ratings.core.arrays import BoolArray, IntArray, frozen
from ratings.core.minimum_cut import find_light_cut
from ratings.core.suppression import MINIMUM_CELL, Partition, shown_cells


@dataclass(frozen=True, eq=False, slots=True)
class ShownTable:
    """What may be shown of a table of raters, and of its margins: (k,), (l,) and (k, l)."""

    rows: BoolArray
    columns: BoolArray
    cells: BoolArray


def shown_table(rows: Partition, columns: Partition, minimum: int = MINIMUM_CELL) -> ShownTable:
    """Return which rows, columns and cells of a table may be shown together.

    It is guaranteed that any combination of shown cells, rows, columns and the whole is about no rater or at least
    `minimum` of them. Margins are as in `shown_cells`. With a number for each row and column, what is left is about the
    raters of those hidden cells whose row and column do not cancel. The fewest are the lightest cut of the graph with
    rows and columns as nodes and hidden cells as edges (compare Gusfield, 1988, SIAM Journal on Computing 17). While it
    is too light, the smallest shown cell that crosses it is hidden; then whatever can be shown again is.

    Parameters
    ----------
    rows, columns : of the same raters.
    """
    row_shown, column_shown = shown_cells([rows, columns], minimum)
    counts = _counts(rows, columns, row_shown, column_shown)
    allowed = np.zeros(counts.shape, dtype=np.bool_)
    allowed[:-1, :-1] = True
    shown = allowed & (counts >= minimum)
    while (side := _light_cut(counts, shown, minimum)) is not None:
        crossing = shown & np.not_equal.outer(side[: len(counts)], side[len(counts) :])
        shown.flat[_smallest_first(counts, crossing)[0]] = False
    for place in reversed(_smallest_first(counts, allowed & ~shown & (counts >= minimum))):
        shown.flat[place] = True
        if _light_cut(counts, shown, minimum) is not None:
            shown.flat[place] = False
    cells = np.zeros((rows.cells, columns.cells), dtype=np.bool_)
    cells[np.ix_(row_shown, column_shown)] = shown[:-1, :-1]
    return ShownTable(row_shown, column_shown, frozen(cells))


def _counts(rows: Partition, columns: Partition, row_shown: BoolArray, column_shown: BoolArray) -> IntArray:
    """Return the table of shown rows and columns, with all others as the last."""
    row, column = (
        np.where(shown, np.cumsum(shown) - 1, shown.sum())
        for shown in (np.append(row_shown, False), np.append(column_shown, False))
    )
    table = np.zeros((int(row[-1]) + 1, int(column[-1]) + 1), dtype=np.intp)
    np.add.at(table, (row[rows.cell], column[columns.cell]), 1)
    return table


def _light_cut(counts: IntArray, shown: BoolArray, minimum: int) -> BoolArray | None:
    height = len(counts)
    weights = np.zeros((sum(counts.shape),) * 2, dtype=np.intp)
    weights[:height, height:] = np.where(shown, 0, counts)
    return find_light_cut(weights + weights.T, minimum)


def _smallest_first(counts: IntArray, cells: BoolArray) -> list[int]:
    """Return the places of marked cells in the flat table."""
    places = np.flatnonzero(cells)
    return [int(place) for place in places[np.argsort(counts.flat[places], kind="stable")]]
