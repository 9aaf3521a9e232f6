"""Compiled sums for sandwiches: what leaving out each unit shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ratings.core.compiled import compiled

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray

MOST_TERMS = 40
# A series ends when its next term is no more than this share of its first.
LEFT_OUT = 1e-12
# Eigenvalues of L A lie between 0 and 1, and add up to a unit's share; at 1, nothing would be left without it.
ALONE = 0.99


@compiled
def _relax(
    ends: IntArray,
    features: FloatArray,
    curvature: FloatArray,
    near: FloatArray,
    fixed: int,
    score: FloatArray,
    work: FloatArray,
) -> bool:
    """Replace `score` by the solution of (I - L A) x = score, as a series; return false when it is too slow.

    The first `fixed` parameters belong to every row: its k features, then its tie parameter if it has one.
    ``curvature`` (e, 3) is each row's second derivative by difference, by difference and tie, and by tie; `near` is A
    among the parameters that the unit touches.
    """
    known, k = len(score), features.shape[1]
    term, effect = work[0, :known], work[1, :known]
    term[:] = score
    scale = 0.0
    for i in range(known):
        scale = max(scale, abs(score[i]))
    before = scale
    for _ in range(MOST_TERMS):
        effect[:] = 0.0
        for j in range(known):
            amount, line = term[j], near[j]
            for i in range(known):
                effect[i] += line[i] * amount
        term[:] = 0.0
        for row in range(len(ends)):
            i, j = ends[row, 0], ends[row, 1]
            slope = effect[i] - effect[j]
            for f in range(k):
                slope += features[row, f] * effect[f]
            flow = curvature[row, 0] * slope
            if fixed > k:
                flow += curvature[row, 1] * effect[k]
                term[k] += curvature[row, 1] * slope + curvature[row, 2] * effect[k]
            term[i] += flow
            term[j] -= flow
            for f in range(k):
                term[f] += features[row, f] * flow
        largest = 0.0
        for i in range(known):
            score[i] += term[i]
            largest = max(largest, abs(term[i]))
        # The next term would be about as much smaller as this one is than the one before.
        if largest * largest <= LEFT_OUT * scale * before:
            return True
        before = largest
    return False


@compiled
def _solve(
    ends: IntArray,
    features: FloatArray,
    curvature: FloatArray,
    inverse: FloatArray,
    touched: IntArray,
    fixed: int,
    score: FloatArray,
) -> bool:
    """Replace `score` by the solution of (I - L A) x = score; return false when that is not defined."""
    known, k = len(touched), features.shape[1]
    remaining = np.eye(known)
    for row in range(len(ends)):
        i, j = ends[row, 0], ends[row, 1]
        for column in range(known):
            slope = inverse[touched[i], touched[column]] - inverse[touched[j], touched[column]]
            for f in range(k):
                slope += features[row, f] * inverse[touched[f], touched[column]]
            flow = curvature[row, 0] * slope
            if fixed > k:
                tie = inverse[touched[k], touched[column]]
                flow += curvature[row, 1] * tie
                remaining[k, column] -= curvature[row, 1] * slope + curvature[row, 2] * tie
            remaining[i, column] -= flow
            remaining[j, column] += flow
            for f in range(k):
                remaining[f, column] -= features[row, f] * flow
    return _eliminate(remaining, score)


@compiled
def _eliminate(matrix: FloatArray, vector: FloatArray) -> bool:
    """Replace `vector` by the solution of the system, by Gauss with pivots; return false when it is singular."""
    size = len(vector)
    for step in range(size):
        pivot = step
        for row in range(step + 1, size):
            if abs(matrix[row, step]) > abs(matrix[pivot, step]):
                pivot = row
        if abs(matrix[pivot, step]) < 1e-9:
            return False
        for column in range(step, size):
            matrix[step, column], matrix[pivot, column] = matrix[pivot, column], matrix[step, column]
        vector[step], vector[pivot] = vector[pivot], vector[step]
        for row in range(step + 1, size):
            factor = matrix[row, step] / matrix[step, step]
            for column in range(step, size):
                matrix[row, column] -= factor * matrix[step, column]
            vector[row] -= factor * vector[step]
    for step in range(size - 1, -1, -1):
        for column in range(step + 1, size):
            vector[step] -= matrix[step, column] * vector[column]
        vector[step] /= matrix[step, step]
    return True


@compiled
def jackknife_scores(
    units: IntArray,
    start: IntArray,
    a: IntArray,
    b: IntArray,
    features: FloatArray,
    residual: FloatArray,
    curvature: FloatArray,
    inverse: FloatArray,
    projected: FloatArray,
    fixed: int,
    correct: bool,
    prior: bool,
    raised: FloatArray,
    fourth: FloatArray,
) -> int:
    r"""Sum squares of each unit's score, raised to what leaving the unit out would show.

    A unit with score u and curvature L among the parameters that it touches moves the estimate by
    :math:`A_{\cdot t} (I - L A_{tt})^{-1} u`. The inverse is a geometric series, which three or four terms finish for
    units that decide little; for others the system is solved.

    Parameters
    ----------
    units : those to sum, positions in `start`.
    start : (u + 1,) where each unit's rows begin.
    a, b : (e,) competitors of each row.
    features : (e, k) what else moves the difference.
    residual : (e, 2) first derivatives of each row's log-likelihood by difference and by tie parameter.
    curvature : (e, 3) minus its second derivatives: difference, both, tie parameter.
    inverse : (d, d) A; d is m competitors, k features, and 1 with a tie parameter.
    projected : (d, d) A with its columns shifted to the anchors.
    fixed : how many of the last parameters belong to every row: k, and 1 more with a tie parameter.
    correct : whether to raise scores.
    prior : whether a prior keeps the estimate finite whatever is left out.
    raised : (d, d) sum of outer products of scores, changed in place.
    fourth : (d,) sum of fourth powers of what each unit moves, changed in place.

    Returns
    -------
    The first unit without which nothing could be estimated, or -1.
    """
    size, k = len(inverse), features.shape[1]
    widest = 0
    for unit in units:
        widest = max(widest, start[unit + 1] - start[unit])
    place, touched = np.full(size, -1, np.intp), np.empty(size, np.intp)
    score, moved, work, near = np.empty(size), np.empty(size), np.empty((2, size)), np.empty((size, size))
    ends = np.empty((widest, 2), np.intp)
    for f in range(fixed):
        touched[f] = size - fixed + f
    for unit in units:
        first, last = start[unit], start[unit + 1]
        known, share = fixed, 0.0
        score[:fixed] = 0.0
        for row in range(first, last):
            i, j = a[row], b[row]
            share += curvature[row, 0] * (inverse[i, i] + inverse[j, j] - 2.0 * inverse[i, j])
            for side in range(2):
                member = j if side else i
                if place[member] < 0:
                    place[member], touched[known], score[known] = known, member, 0.0
                    known += 1
            ends[row - first, 0], ends[row - first, 1] = place[i], place[j]
            score[place[i]] += residual[row, 0]
            score[place[j]] -= residual[row, 0]
            for f in range(k):
                score[f] += features[row, f] * residual[row, 0]
            if fixed > k:
                score[k] += residual[row, 1]
        group, own, rows = touched[:known], score[:known], ends[: last - first]
        for i in range(fixed, known):
            place[group[i]] = -1
        if correct:
            untouched = own.copy()
            given, bent = features[first:last], curvature[first:last]
            lone = share > ALONE and not prior
            for i in range(known):
                for j in range(known):
                    near[i, j] = inverse[group[i], group[j]]
            if lone or not _relax(rows, given, bent, near, fixed, own, work):
                own[:] = untouched
                if not _solve(rows, given, bent, inverse, group, fixed, own):
                    return int(unit)
        moved[:] = 0.0
        for i in range(known):
            line = projected[group[i]]
            for p in range(size):
                moved[p] += line[p] * own[i]
            for j in range(known):
                raised[group[i], group[j]] += own[i] * own[j]
        for p in range(size):
            square = moved[p] * moved[p]
            fourth[p] += square * square
    return -1


@compiled
def fourth_powers(low: IntArray, high: IntArray, amount: FloatArray, projected: FloatArray, fourth: FloatArray) -> None:
    """Add ``amount[p] * (projected[low[p]] - projected[high[p]]) ** 4`` over pairs to `fourth`, (m,)."""
    for pair in range(len(low)):
        here, there = projected[low[pair]], projected[high[pair]]
        for k in range(len(fourth)):
            square = (here[k] - there[k]) * (here[k] - there[k])
            fourth[k] += amount[pair] * square * square
