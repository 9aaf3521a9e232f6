"""Compiled loops over bootstrap replicates, all of them in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ratings.core.compiled import compiled

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray, SmallFloatArray


@compiled
def pull(
    low: IntArray,
    high: IntArray,
    probability: FloatArray,
    score: SmallFloatArray,
    total: SmallFloatArray,
    first: int,
    moved: FloatArray,
    gradient: FloatArray,
) -> None:
    r"""Add the gradient of each replicate's log-likelihood, for all replicates at once.

    With :math:`\delta` the way moved from the estimate, :math:`p' = p e^\delta / (1 - p + p e^\delta)`. The exponential
    is a Taylor polynomial of degree 8 in :math:`\delta / 32`, squared five times, because that runs in vectors; it is
    right to 1e-12 for :math:`|\delta| < 4` and to 1e-5 at 20, where the sigmoid is flat.

    Parameters
    ----------
    low, high, probability : (p,) pairs, and the probability at the estimate that `low` wins.
    score, total : (p, r) counts of each replicate.
    first : where the c replicates to work on begin.
    moved : (m, c) within -10 and 10.
    gradient : (m, c) changed in place.
    """
    columns = moved.shape[1]
    residual = np.empty(columns)
    for pair in range(len(low)):
        chance = probability[pair]
        here, there = moved[low[pair]], moved[high[pair]]
        won, played = score[pair, first : first + columns], total[pair, first : first + columns]
        for column in range(moved.shape[1]):
            x = (here[column] - there[column]) * 0.03125
            x4 = 1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0 + x * (1.0 / 5040.0 + x * (1.0 / 40320.0))))
            grown = 1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * x4)))
            grown *= grown
            grown *= grown
            grown *= grown
            grown *= grown
            grown *= grown
            residual[column] = won[column] - played[column] * (chance * grown / (1.0 + chance * (grown - 1.0)))
        up, down = gradient[low[pair]], gradient[high[pair]]
        for column in range(moved.shape[1]):
            up[column] += residual[column]
        for column in range(moved.shape[1]):
            down[column] -= residual[column]


@compiled
def largest_gaps(deviations: FloatArray, low: IntArray, high: IntArray, scale: FloatArray, largest: FloatArray) -> None:
    """Set `largest` (r,) to the greatest ``|deviations[:, low] - deviations[:, high]| * scale`` of each row."""
    for draw in range(len(deviations)):
        own = deviations[draw]
        most = 0.0
        for pair in range(len(low)):
            most = max(most, abs(own[low[pair]] - own[high[pair]]) * scale[pair])
        largest[draw] = most
