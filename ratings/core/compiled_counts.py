"""Compiled passes over votes: checks, counts and order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ratings.core.compiled import compiled

if TYPE_CHECKING:
    from ratings.core.arrays import ByteArray, FloatArray, IntArray, SmallFloatArray, SmallIntArray


@compiled
def count_faults(a: IntArray, b: IntArray, outcome: FloatArray, competitors: int) -> int:
    """Return how many rows are no comparison, in one pass."""
    faults = 0
    for row in range(len(a)):
        known = 0 <= a[row] < competitors and 0 <= b[row] < competitors and a[row] != b[row]
        decided = outcome[row] == 1.0 or outcome[row] == 0.0 or outcome[row] == 0.5
        faults += 0 if known and decided else 1
    return faults


@compiled
def count_cells(a: IntArray, b: IntArray, outcome: FloatArray, weight: FloatArray, cells: FloatArray) -> None:
    """Add each row's weight to ``cells[low, high, 2 * outcome of low]``, in one pass.

    `weight` has one entry for each row, or a single one for all.
    """
    single = len(weight) == 1
    for row in range(len(a)):
        amount = weight[0] if single else weight[row]
        halves = np.intp(2.0 * outcome[row])
        if a[row] < b[row]:
            cells[a[row], b[row], halves] += amount
        else:
            cells[b[row], a[row], 2 - halves] += amount


@compiled
def order_by(group: IntArray, groups: int) -> tuple[SmallIntArray, IntArray]:
    """Sort by counting: return the stable order (n,) of rows by group, and where each group starts (groups + 1,)."""
    start = np.zeros(groups + 1, np.intp)
    for row in range(len(group)):
        start[group[row] + 1] += 1
    for index in range(groups):
        start[index + 1] += start[index]
    place = start[:-1].copy()
    order = np.empty(len(group), np.int32)
    for row in range(len(group)):
        order[place[group[row]]] = row
        place[group[row]] += 1
    return order, start


@compiled
def sort_entries(
    order: SmallIntArray,
    a: IntArray,
    b: IntArray,
    outcome: FloatArray,
    position: SmallIntArray,
    pair: SmallIntArray,
    won: SmallFloatArray,
) -> None:
    """Set `pair` and `won` (n,) to each row's pair and outcome for its lower index, in the given order.

    `position` (m, m) holds the position of each pair at ``[low, high]``.
    """
    for place in range(len(order)):
        row = order[place]
        if a[row] < b[row]:
            pair[place], won[place] = position[a[row], b[row]], outcome[row]
        else:
            pair[place], won[place] = position[b[row], a[row]], 1.0 - outcome[row]


@compiled
def count_raters(rater: IntArray, a: IntArray, b: IntArray, met: ByteArray, raters: IntArray) -> None:
    """Add to `raters` (m,) how many raters compared each competitor, each once, in one pass.

    `met` (u, m / 8, rounded up) comes in as zeros and holds a bit for each rater and competitor.
    """
    for row in range(len(rater)):
        own = met[rater[row]]
        for member in (a[row], b[row]):
            bit = np.uint8(1 << (member & 7))
            if not own[member >> 3] & bit:
                own[member >> 3] |= bit
                raters[member] += 1
