"""Who can be compared with whom: the connected components of the comparison graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from ratings.core.errors import DisconnectedError

if TYPE_CHECKING:
    from ratings.core.arrays import IntArray
    from ratings.core.pairs import PairCounts


def find_components(pairs: PairCounts) -> tuple[IntArray, ...]:
    """Return the members of each component in ascending order; components by weight of comparisons, heaviest first.

    A competitor that was never compared is a component of one. Components of equal weight stand by their first member,
    so that the same counts always give the same order.
    """
    size = len(pairs.competitors)
    if size == 0:
        return ()
    graph = sp.csr_array((np.ones(len(pairs.low)), (pairs.low, pairs.high)), shape=(size, size))
    count, label = connected_components(graph, directed=False)
    weight = np.bincount(label[pairs.low], weights=pairs.total, minlength=count)
    members = [np.flatnonzero(label == component) for component in range(count)]
    order = sorted(range(count), key=lambda component: (-weight[component], int(members[component][0])))
    return tuple(members[component] for component in order)


def require_connected(pairs: PairCounts) -> None:
    """Raise `DisconnectedError` unless one chain of comparisons connects all competitors."""
    components = find_components(pairs)
    if len(components) != 1:
        raise DisconnectedError([[pairs.competitors[member] for member in group] for group in components])
