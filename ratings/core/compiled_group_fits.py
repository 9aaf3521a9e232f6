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
    strengths = centre.copy()
    start = _value(low, high, score, total, precision, centre, strengths)
    here = start
    for _ in range(MOST_STEPS):
        information = np.zeros((size, size))
        gradient = precision * (centre - strengths)
        for i in range(size):
            information[i, i] = precision
        for pair in range(len(low)):
            if total[pair] > 0.0:
                i, j = low[pair], high[pair]
                chance = 1.0 / (1.0 + np.exp(strengths[j] - strengths[i]))
                residual = score[pair] - total[pair] * chance
                bend = total[pair] * chance * (1.0 - chance)
                gradient[i] += residual
                gradient[j] -= residual
                information[i, i] += bend
                information[j, j] += bend
                information[i, j] -= bend
                information[j, i] -= bend
        step = np.linalg.solve(information, gradient)
        there = _value(low, high, score, total, precision, centre, strengths + step)
        while there < here and np.abs(step).max() > SETTLED:
            step *= 0.5
            there = _value(low, high, score, total, precision, centre, strengths + step)
        strengths += step
        here = max(here, there)
        if np.abs(step).max() <= SETTLED:
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
        score[:], total[:] = 0.0, 0.0
        score[0], total[0] = whole_score, whole_total
        for unit in range(len(start) - 1):
            group = groupings[row, unit]
            if group == 0:
                continue
            for entry in range(start[unit], start[unit + 1]):
                score[group, pair[entry]] += weight[entry] * outcome[entry]
                total[group, pair[entry]] += weight[entry]
        for group in range(1, groups):
            score[0] -= score[group]
            total[0] -= total[group]
        for group in range(groups):
            gains[row] += gain_of_own_strengths(low, high, score[group], total[group], precision, centre)
    return gains
