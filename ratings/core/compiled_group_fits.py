"""Compiled fits of groups of raters, many times over: what a permutation test repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ratings.core.compiled import compiled

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray, SmallFloatArray, SmallIntArray

# The statistic is known to a square of the last step, far below what chance does to it.
SETTLED = 1e-4
MOST_STEPS = 50


@compiled
def _value(
    low: IntArray,
    high: IntArray,
    score: FloatArray,
    total: FloatArray,
    precision: float,
    centre: FloatArray,
    strengths: FloatArray,
) -> float:
    value = 0.0
    for pair in range(len(low)):
        if total[pair] > 0.0:
            gap = strengths[low[pair]] - strengths[high[pair]]
            value += score[pair] * gap - total[pair] * (max(gap, 0.0) + np.log1p(np.exp(-abs(gap))))
    for i in range(len(centre)):
        value -= 0.5 * precision * (strengths[i] - centre[i]) ** 2
    return value


@compiled
def _solve_definite(matrix: FloatArray, vector: FloatArray) -> None:
    """Replace `vector` by the solution of the system, by Cholesky factors in the lower half of `matrix`."""
    size = len(vector)
    for i in range(size):
        for j in range(i + 1):
            left = matrix[i, j]
            for k in range(j):
                left -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = np.sqrt(left) if i == j else left / matrix[j, j]
    for i in range(size):
        for k in range(i):
            vector[i] -= matrix[i, k] * vector[k]
        vector[i] /= matrix[i, i]
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            vector[i] -= matrix[k, i] * vector[k]
        vector[i] /= matrix[i, i]


@compiled
def gain_of_own_strengths(
    low: IntArray,
    high: IntArray,
    score: FloatArray,
    total: FloatArray,
    precision: float,
    centre: FloatArray,
) -> float:
    """Return by how much strengths of their own raise the penalised log-likelihood of pairs (p,) above `centre` (m,).

    Newton's method from `centre`, where the penalty is centred too, with steps halved while they lose.
    """
    size = len(centre)
    strengths, there, step = centre.copy(), centre.copy(), np.empty(size)
    information = np.empty((size, size))
    start = _value(low, high, score, total, precision, centre, strengths)
    here = start
    for _ in range(MOST_STEPS):
        for i in range(size):
            for j in range(size):
                information[i, j] = 0.0
            information[i, i] = precision
            step[i] = precision * (centre[i] - strengths[i])
        for pair in range(len(low)):
            if total[pair] > 0.0:
                i, j = low[pair], high[pair]
                chance = 1.0 / (1.0 + np.exp(strengths[j] - strengths[i]))
                residual = score[pair] - total[pair] * chance
                bend = total[pair] * chance * (1.0 - chance)
                step[i] += residual
                step[j] -= residual
                information[i, i] += bend
                information[j, j] += bend
                # The lower half is enough.
                information[j, i] -= bend
        _solve_definite(information, step)
        longest = 0.0
        for i in range(size):
            longest = max(longest, abs(step[i]))
        share = 1.0
        while True:
            for i in range(size):
                there[i] = strengths[i] + share * step[i]
            value = _value(low, high, score, total, precision, centre, there)
            if value >= here or share * longest <= SETTLED:
                break
            share *= 0.5
        if value >= here:
            here = value
            strengths, there = there, strengths
        if share * longest <= SETTLED:
            break
    return here - start


@compiled
def gains_by_grouping(
    groupings: SmallIntArray,
    groups: int,
    start: IntArray,
    pair: SmallIntArray,
    outcome: SmallFloatArray,
    weight: FloatArray,
    low: IntArray,
    high: IntArray,
    whole_score: FloatArray,
    whole_total: FloatArray,
    precision: float,
    centre: FloatArray,
) -> FloatArray:
    """Return (r,) the gain summed over groups, for each row of `groupings` (r, u): the group of each rater.

    The first group is what the others leave of the whole (p,), so let it be the largest. `start`, `pair`, `outcome` and
    `weight` are those of `Clusters`.
    """
    gains = np.zeros(len(groupings))
    score, total = np.empty((groups, len(low))), np.empty((groups, len(low)))
    for row in range(len(groupings)):
        for group in range(groups):
            for place in range(len(low)):
                score[group, place] = 0.0 if group else whole_score[place]
                total[group, place] = 0.0 if group else whole_total[place]
        for unit in range(len(start) - 1):
            group = groupings[row, unit]
            if group == 0:
                continue
            for entry in range(start[unit], start[unit + 1]):
                score[group, pair[entry]] += weight[entry] * outcome[entry]
                total[group, pair[entry]] += weight[entry]
        for group in range(1, groups):
            for place in range(len(low)):
                score[0, place] -= score[group, place]
                total[0, place] -= total[group, place]
        for group in range(groups):
            gains[row] += gain_of_own_strengths(low, high, score[group], total[group], precision, centre)
    return gains
