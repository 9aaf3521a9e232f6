"""Compiled passes over the rows of units that touch many competitors, each unit with a whole line of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ratings.core.compiled import compiled

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray


@compiled
def spread_scores(
    units: IntArray,
    start: IntArray,
    a: IntArray,
    b: IntArray,
    features: FloatArray,
    residual: FloatArray,
    curvature: FloatArray,
    inverse: FloatArray,
    fixed: int,
    score: FloatArray,
    share: FloatArray,
) -> None:
    """Add each unit's score to its line of `score` (c, d), and to `share` (c,) what the estimate owes to it.

    Arguments are those of `jackknife_scores`, `units` (c,) of them.
    """
    size, k = score.shape[1], features.shape[1]
    first_fixed = size - fixed
    for line in range(len(units)):
        own = score[line]
        for row in range(start[units[line]], start[units[line] + 1]):
            i, j, pull = a[row], b[row], residual[row, 0]
            share[line] += curvature[row, 0] * (inverse[i, i] + inverse[j, j] - 2.0 * inverse[i, j])
            own[i] += pull
            own[j] -= pull
            for f in range(k):
                own[first_fixed + f] += features[row, f] * pull
            if fixed > k:
                own[size - 1] += residual[row, 1]


@compiled
def bend(
    units: IntArray,
    start: IntArray,
    a: IntArray,
    b: IntArray,
    features: FloatArray,
    curvature: FloatArray,
    effect: FloatArray,
    fixed: int,
    term: FloatArray,
    largest: FloatArray,
) -> None:
    """Set each line of `term` (c, d) to L times its line of `effect` (c, d), and `largest` (c,) to its greatest size.

    L is the unit's own curvature. Arguments are those of `jackknife_scores`, `units` (c,) of them.
    """
    size, k = term.shape[1], features.shape[1]
    first_fixed = size - fixed
    for line in range(len(units)):
        own, moved = term[line], effect[line]
        own[:] = 0.0
        for row in range(start[units[line]], start[units[line] + 1]):
            i, j = a[row], b[row]
            slope = moved[i] - moved[j]
            for f in range(k):
                slope += features[row, f] * moved[first_fixed + f]
            flow = curvature[row, 0] * slope
            if fixed > k:
                flow += curvature[row, 1] * moved[size - 1]
                own[size - 1] += curvature[row, 1] * slope + curvature[row, 2] * moved[size - 1]
            own[i] += flow
            own[j] -= flow
            for f in range(k):
                own[first_fixed + f] += features[row, f] * flow
        greatest = 0.0
        for p in range(size):
            greatest = max(greatest, abs(own[p]))
        largest[line] = greatest
