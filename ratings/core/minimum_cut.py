"""The lightest way to cut a graph in two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from ratings.core.arrays import BoolArray, IntArray


def find_light_cut(weights: IntArray, below: int) -> BoolArray | None:
    """Return one side (v,) of the lightest cut of a connected part that weighs less than `below`; None without any.

    What no edge connects is not cut: every returned cut weighs more than 0. Ends of an edge of `below` or more stay
    together, so they are one node from the start; the rest is the algorithm of Stoer and Wagner (1997, Journal of the
    ACM 44). Equal cuts are taken in the order of the nodes, so that the same graph always gives the same cut.

    Parameters
    ----------
    weights : (v, v) symmetric, of the edges, at least 0; what stands on the diagonal does not matter.
    """
    joined, merged = _join_heavy(weights, below)
    lightest, found = below, None
    for members in _parts(merged > 0):
        cut, side = _stoer_wagner(merged[np.ix_(members, members)])
        if cut < lightest:
            lightest, found = cut, np.isin(joined, members[side])
    return found


def _join_heavy(weights: IntArray, below: int) -> tuple[IntArray, IntArray]:
    """Return which merged node each node (v,) became, and the weights between those."""
    joined, merged = np.arange(len(weights)), weights
    while True:
        np.fill_diagonal(merged := merged.copy(), 0)
        count, label = connected_components(merged >= below, directed=False)
        if count == len(merged):
            return joined, merged
        joined = label[joined].astype(np.intp)
        member = np.equal.outer(np.arange(count), label).astype(np.intp)
        merged = member @ merged @ member.T


def _parts(connected: BoolArray) -> list[IntArray]:
    """Return the nodes of each connected part that has two or more."""
    count, label = connected_components(connected, directed=False)
    parts = [np.flatnonzero(label == part) for part in range(count)]
    return [part for part in parts if len(part) > 1]


def _stoer_wagner(weights: IntArray) -> tuple[int, IntArray]:
    """Return the weight of the lightest cut of a connected graph, and the nodes of one side."""
    weights = weights.copy()
    held = [[node] for node in range(len(weights))]
    active = list(range(len(weights)))
    lightest, side = int(weights.sum()) + 1, held[0]
    while len(active) > 1:
        before, last, cut = _sweep(weights, active)
        if cut < lightest:
            lightest, side = cut, list(held[last])
        held[before] += held[last]
        weights[before] += weights[last]
        weights[:, before] += weights[:, last]
        weights[before, before] = 0
        active.remove(last)
    return lightest, np.array(side, dtype=np.intp)


def _sweep(weights: IntArray, active: list[int]) -> tuple[int, int, int]:
    """Add nodes by how firmly they hang on those before; return the last two, and what cuts off the last."""
    nodes = np.array(active)
    reach, waiting = weights[nodes[0], nodes].copy(), np.ones(len(nodes), dtype=np.bool_)
    waiting[0] = False
    before = last = 0
    for _ in range(len(nodes) - 1):
        before, last = last, int(np.argmax(np.where(waiting, reach, -1)))
        waiting[last] = False
        cut = int(reach[last])
        reach += weights[nodes[last], nodes]
    return int(nodes[before]), int(nodes[last]), cut
