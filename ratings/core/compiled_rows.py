"""Compiled loops over single comparisons, for models in which more than the pair matters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.compiled import compiled
from ratings.core.compiled_draws import GOLDEN, mixed, poisson_one

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray, SmallFloatArray

HALF, DAVIDSON, RAO_KUPPER = 0, 1, 2
# Numbers between 1 and 2 that are multiplied before a logarithm is taken; a thousand of them would still be finite.
FACTORS = 64


@compiled
def spreads(columns: FloatArray) -> FloatArray:
    """Return (k,) the standard deviation of each column (n, k), in two passes over the rows as they lie in memory.

    Numbers are taken relative to the first row, so that a column that never changes has exactly none.
    """
    rows, k = columns.shape
    first = columns[:1].sum(axis=0)
    mean, spread = np.zeros(k), np.zeros(k)
    for row in range(rows):
        for f in range(k):
            mean[f] += columns[row, f] - first[f]
    mean /= rows
    for row in range(rows):
        for f in range(k):
            spread[f] += (columns[row, f] - first[f] - mean[f]) ** 2
    for f in range(k):
        spread[f] = math.sqrt(spread[f] / rows)
    return spread


@compiled
def row_derivatives(model: int, difference: float, tie: float, outcome: float, into: FloatArray) -> None:
    r"""Set `into` (6,) to one row's log-likelihood, its two first derivatives, and minus its three second ones.

    Order: value, by difference, by tie parameter; by difference twice, by both, by tie parameter twice.

    With :math:`\eta` the difference and :math:`\tau` the tie parameter:
    half wins: :math:`P(a) = \sigma(\eta)`, and a tie is half of each outcome.
    Davidson: :math:`P(a) : P(tie) : P(b) = e^{\eta/2} : e^\tau : e^{-\eta/2}`.
    Rao and Kupper: :math:`P(a) = \sigma(\eta - \tau)`, :math:`P(b) = \sigma(-\eta - \tau)`, the rest ties.
    """
    into[:] = 0.0
    if model == HALF:
        # One exponential serves both the probability and the logarithm.
        small = math.exp(-abs(difference))
        chance = (1.0 if difference >= 0.0 else small) / (1.0 + small)
        into[0] = outcome * difference - max(difference, 0.0) - math.log1p(small)
        into[1] = outcome - chance
        into[3] = chance * (1.0 - chance)
    elif model == DAVIDSON:
        top = max(abs(difference) * 0.5, tie)
        win, loss, level = np.exp(0.5 * difference - top), np.exp(-0.5 * difference - top), np.exp(tie - top)
        total = win + loss + level
        win, loss, level = win / total, loss / total, level / total
        mean = 0.5 * (win - loss)
        tied = 1.0 if outcome == 0.5 else 0.0
        into[0] = (outcome - 0.5) * difference + tied * tie - top - np.log(total)
        into[1] = outcome - 0.5 - mean
        into[2] = tied - level
        into[3] = 0.25 * (win + loss) - mean * mean
        into[4] = -mean * level
        into[5] = level * (1.0 - level)
    else:
        if tie <= 0.0:
            into[0] = -np.inf
            return
        win, loss = _sigmoid(difference - tie), _sigmoid(-difference - tie)
        if outcome >= 0.5:
            into[0] += _log_sigmoid(difference - tie)
            into[1] += 1.0 - win
            into[2] -= 1.0 - win
            into[3] += win * (1.0 - win)
            into[4] -= win * (1.0 - win)
            into[5] += win * (1.0 - win)
        if outcome <= 0.5:
            into[0] += _log_sigmoid(-difference - tie)
            into[1] -= 1.0 - loss
            into[2] -= 1.0 - loss
            into[3] += loss * (1.0 - loss)
            into[4] += loss * (1.0 - loss)
            into[5] += loss * (1.0 - loss)
        if outcome == 0.5:
            decided = -np.expm1(-2.0 * tie)
            into[0] += 2.0 * tie + np.log(decided)
            into[2] += 2.0 / decided
            into[5] += 4.0 * np.exp(-2.0 * tie) / (decided * decided)


@compiled
def _sigmoid(x: float) -> float:
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    small = math.exp(x)
    return small / (1.0 + small)


@compiled
def _log_sigmoid(x: float) -> float:
    return min(x, 0.0) - math.log1p(math.exp(-abs(x)))


@compiled
def accumulate(
    model: int,
    a: IntArray,
    b: IntArray,
    outcome: FloatArray,
    weight: FloatArray,
    features: FloatArray,
    parameters: FloatArray,
    competitors: int,
    gradient: FloatArray,
    information: FloatArray,
) -> float:
    """Add rows to the gradient (d,) and the lower half of the information (d, d); return their log-likelihood.

    `weight` has one entry for each row, or a single one for all. Parameters are m strengths, k coefficients, and the
    tie parameter if the model has one.

    Half wins are worked out here and not in `row_derivatives`, because a logarithm for each row would take half of the
    time: rows that weigh the same share one, of the product of what each would take it of.
    """
    k = features.shape[1]
    ties = model != HALF
    last = competitors + k
    tie = parameters[last] if ties else 0.0
    into = np.zeros(6)
    value, product = 0.0, 1.0
    single = len(weight) == 1
    cross = np.zeros((competitors, k))
    for row in range(len(a)):
        i, j = a[row], b[row]
        w = weight[0] if single else weight[row]
        difference = parameters[i] - parameters[j]
        for f in range(k):
            difference += features[row, f] * parameters[competitors + f]
        if ties:
            row_derivatives(model, difference, tie, outcome[row], into)
            value += w * into[0]
            push, bend = w * into[1], w * into[3]
        else:
            small = math.exp(-abs(difference))
            chance = (1.0 if difference >= 0.0 else small) / (1.0 + small)
            push, bend = w * (outcome[row] - chance), w * chance * (1.0 - chance)
            value += w * (outcome[row] * difference - max(difference, 0.0))
            product *= 1.0 + small
            if not single or row % FACTORS == 0:
                value -= w * math.log(product)
                product = 1.0
        gradient[i] += push
        gradient[j] -= push
        information[i, i] += bend
        information[j, j] += bend
        information[max(i, j), min(i, j)] -= bend
        for f in range(k):
            x = features[row, f]
            target = information[competitors + f]
            gradient[competitors + f] += x * push
            cross[i, f] += x * bend
            cross[j, f] -= x * bend
            for g in range(f + 1):
                target[competitors + g] += x * features[row, g] * bend
        if ties:
            target = information[last]
            gradient[last] += w * into[2]
            target[last] += w * into[5]
            target[i] += w * into[4]
            target[j] -= w * into[4]
            for f in range(k):
                target[competitors + f] += features[row, f] * w * into[4]
    information[competitors : competitors + k, :competitors] += cross.T
    if single:
        value -= weight[0] * math.log(product)
    return value


@compiled
def differentiate(
    model: int,
    a: IntArray,
    b: IntArray,
    outcome: FloatArray,
    weight: FloatArray,
    features: FloatArray,
    parameters: FloatArray,
    competitors: int,
    residual: FloatArray,
    curvature: FloatArray,
) -> None:
    """Set weighted derivatives of rows, `residual` (n, 2) and `curvature` (n, 3), as `jackknife_scores` takes them."""
    k = features.shape[1]
    tie = parameters[competitors + k] if model != HALF else 0.0
    into = np.zeros(6)
    for row in range(len(a)):
        difference = parameters[a[row]] - parameters[b[row]]
        for f in range(k):
            difference += features[row, f] * parameters[competitors + f]
        row_derivatives(model, difference, tie, outcome[row], into)
        for part in range(2):
            residual[row, part] = weight[row] * into[1 + part]
        for part in range(3):
            curvature[row, part] = weight[row] * into[3 + part]


@compiled
def draw_scores(
    start: IntArray,
    a: IntArray,
    b: IntArray,
    features: SmallFloatArray,
    residual: SmallFloatArray,
    key: np.uint64,
    first: int,
    competitors: int,
    sums: SmallFloatArray,
) -> None:
    """Add each unit's score, times a Poisson(1) count of its own less 1, to `sums` (d, c), for replicates from `first`.

    As in `draw_clusters`; `first` and c are multiples of 4.
    """
    columns, k = sums.shape[1], features.shape[1]
    words = np.empty(columns // 4, np.uint64)
    count, push = np.empty(columns, np.float32), np.empty(columns, np.float32)
    ties = len(sums) > competitors + k
    for unit in range(len(start) - 1):
        stream = mixed(key + np.uint64(unit) * GOLDEN)
        for word in range(len(words)):
            words[word] = mixed(stream + np.uint64(first // 4 + word) * GOLDEN)
        poisson_one(words, count)
        for row in range(start[unit], start[unit + 1]):
            up, down, amount = sums[a[row]], sums[b[row]], residual[row, 0]
            for column in range(columns):
                push[column] = amount * (count[column] - np.float32(1.0))
            for column in range(columns):
                up[column] += push[column]
            for column in range(columns):
                down[column] -= push[column]
            for f in range(k):
                x, target = features[row, f], sums[competitors + f]
                for column in range(columns):
                    target[column] += x * push[column]
            if ties:
                target, amount = sums[competitors + k], residual[row, 1]
                for column in range(columns):
                    target[column] += amount * (count[column] - np.float32(1.0))
