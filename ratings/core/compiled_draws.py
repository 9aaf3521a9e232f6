"""Compiled loops that draw votes and clusters again.

Random numbers are functions of a key and a position, so that chunks do not change a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ratings.core.compiled import compiled

if TYPE_CHECKING:
    import numpy.typing as npt

    from ratings.core.arrays import FloatArray, IntArray, SmallFloatArray, SmallIntArray, SumArray

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S32, _S31, _S30, _S27 = np.uint64(32), np.uint64(31), np.uint64(30), np.uint64(27)
# How many standard deviations of a Poisson count its table holds; what is beyond has a probability below 1e-11.
REACH = 7.0
SPARE = 10


@compiled
def mixed(state: np.uint64) -> np.uint64:
    """Return 64 random bits for a counter (SplitMix64: Steele, Lea and Flood, 2014, OOPSLA, figure 16)."""
    state = (state ^ (state >> _S30)) * _FIRST
    state = (state ^ (state >> _S27)) * _SECOND
    return state ^ (state >> _S31)


@compiled
def _fill_mass(rate: float, reciprocal: FloatArray, mass: FloatArray) -> int:
    """Fill `mass` with the probabilities of Poisson(rate), outwards from the mode; return the first count.

    ``reciprocal[n]`` is 1 / n: dividing in this chain of products would take most of the time.
    """
    first = max(0, int(rate - REACH * np.sqrt(rate)))
    mode = int(rate) - first
    inverse = 1.0 / rate
    mass[mode] = 1.0
    total = 1.0
    for index in range(mode + 1, len(mass)):
        mass[index] = mass[index - 1] * (rate * reciprocal[first + index])
        total += mass[index]
    for index in range(mode - 1, -1, -1):
        mass[index] = mass[index + 1] * ((first + index + 1) * inverse)
        total += mass[index]
    mass *= 1.0 / total
    return first


@compiled
def make_alias(
    mass: FloatArray, bits: int, threshold: npt.NDArray[np.uint32], value: SmallIntArray, stack: IntArray
) -> None:
    """Lay out probabilities for drawing with one look-up (alias method: Walker, 1977, ACM TOMS 3; Vose, 1991).

    Slot i keeps i for fractions below ``threshold[i] / 2**(32 - bits)`` and stands for ``value[i, 0]`` otherwise.
    `mass` is used up; `stack` is room to work in.
    """
    size = len(mass)
    scale = 2.0 ** (32 - bits)
    small, large = 0, size
    for slot in range(size):
        mass[slot] *= size
        value[slot, 0] = value[slot, 1] = slot
        if mass[slot] < 1.0:
            stack[small] = slot
            small += 1
        else:
            large -= 1
            stack[large] = slot
    while small > 0 and large < size:
        small -= 1
        poor, rich = stack[small], stack[large]
        threshold[poor] = np.uint32(min(mass[poor] * scale, scale - 1.0))
        value[poor, 0] = rich
        mass[rich] -= 1.0 - mass[poor]
        if mass[rich] < 1.0:
            large += 1
            stack[small] = rich
            small += 1
    for position in range(small):
        value[stack[position], 0] = stack[position]
        threshold[stack[position]] = np.uint32(scale - 1.0)
    for position in range(large, size):
        threshold[stack[position]] = np.uint32(scale - 1.0)


@compiled
def draw_alike(
    pair: IntArray,
    outcome: FloatArray,
    weight: FloatArray,
    repeats: FloatArray,
    key: np.uint64,
    first: int,
    score: SmallFloatArray,
    total: SmallFloatArray,
) -> None:
    """Add Poisson(repeats) counts of each kind of vote to its pair, for the replicates from `first` on.

    Parameters
    ----------
    pair, outcome, weight, repeats : (k,) kinds of alike votes; `outcome` as seen from the pair's lower index.
    key : of the random stream; kind and replicate select the number in it, so that chunks do not matter.
    first : an even number.
    score, total : (p, c) changed in place; c is even.
    """
    most = int(2 * REACH * np.sqrt(repeats.max())) + SPARE
    room = 1
    while room < most:
        room *= 2
    mass, stack = np.empty(room), np.empty(room, np.intp)
    threshold, value = np.empty(room, np.uint32), np.empty((room, 2), np.int32)
    reciprocal = 1.0 / np.maximum(np.arange(int(repeats.max()) + room + 1), 1)
    for kind in range(len(pair)):
        bits, size = 5, 32
        while size < 2 * REACH * np.sqrt(repeats[kind]) + SPARE:
            bits, size = bits + 1, size * 2
        lowest = _fill_mass(repeats[kind], reciprocal, mass[:size])
        make_alias(mass[:size], bits, threshold, value, stack[:size])
        stream = mixed(key + np.uint64(kind) * GOLDEN)
        amount, won = np.float32(weight[kind]), np.float32(weight[kind] * outcome[kind])
        played_row, won_row = total[pair[kind]], score[pair[kind]]
        mask, shift = np.uint32(size - 1), np.uint32(bits)
        for half in range(total.shape[1] // 2):
            word = mixed(stream + np.uint64(first // 2 + half) * GOLDEN)
            for side in range(2):
                part = np.uint32(word) if side == 0 else np.uint32(word >> _S32)
                slot = np.intp(part & mask)
                drawn = np.float32(lowest + value[slot, np.intp((part >> shift) < threshold[slot])])
                played_row[2 * half + side] += amount * drawn
                won_row[2 * half + side] += won * drawn


@compiled
def poisson_one(words: npt.NDArray[np.uint64], count: SumArray) -> None:
    """Turn random bits (c / 4,) into Poisson(1) counts (c,), 16 bits for each.

    The thresholds are the distribution function in 65,536ths; a count above 8, which this cannot give, comes once in
    900,000. Mean and variance are 1 and 0.99997.
    """
    halves = words.view(np.uint16)
    for column in range(len(count)):
        u = halves[column]
        count[column] = (
            np.uint16(u >= np.uint16(24109))
            + np.uint16(u >= np.uint16(48219))
            + np.uint16(u >= np.uint16(60273))
            + np.uint16(u >= np.uint16(64292))
            + np.uint16(u >= np.uint16(65296))
            + np.uint16(u >= np.uint16(65497))
            + np.uint16(u >= np.uint16(65531))
            + np.uint16(u >= np.uint16(65535))
        )


@compiled
def draw_clusters(
    start: IntArray, row: SmallIntArray, weight: SumArray, key: np.uint64, first: int, sums: SumArray, count: SumArray
) -> None:
    """Add each unit's entries, times a Poisson(1) count of its own, to rows, for the replicates from `first` on.

    Parameters
    ----------
    start : (u + 1,) where each unit's entries begin.
    row, weight : (e,) entries.
    key : of the random stream; unit and replicate select the number in it.
    first : a multiple of 4.
    sums : (rows, c) changed in place; c is a multiple of 4.
    count : (c,) room to work in.
    """
    columns = sums.shape[1]
    words = np.empty(columns // 4, np.uint64)
    for unit in range(len(start) - 1):
        stream = mixed(key + np.uint64(unit) * GOLDEN)
        for word in range(len(words)):
            words[word] = mixed(stream + np.uint64(first // 4 + word) * GOLDEN)
        poisson_one(words, count)
        for entry in range(start[unit], start[unit + 1]):
            target = sums[row[entry]]
            amount = weight[entry]
            for column in range(columns):
                target[column] += amount * count[column]


@compiled
def assign_rows(cell: SmallIntArray, cells: int, most: int) -> tuple[SmallIntArray, SmallIntArray]:
    """Give each entry a row of its cell that at most `most` entries share; return rows (e,) and each row's cell."""
    current = np.full(cells, -1, np.int32)
    filled = np.zeros(cells, np.intp)
    rows = np.empty(len(cell), np.int32)
    owner = np.empty(cells + len(cell) // most, np.int32)
    used = 0
    for entry in range(len(cell)):
        where = cell[entry]
        if current[where] < 0 or filled[where] == most:
            current[where], filled[where] = used, 0
            owner[used] = where
            used += 1
        filled[where] += 1
        rows[entry] = current[where]
    return rows, owner[:used].copy()


@compiled
def gather_rows(cell: SmallIntArray, sums: SumArray, score: SmallFloatArray, total: SmallFloatArray) -> None:
    """Add rows of resampled outcomes, ``cell = 3 * pair + 2 * outcome``, to scores and totals of pairs (p, c)."""
    for row in range(len(cell)):
        pair, share = cell[row] // 3, np.float32(0.5 * (cell[row] % 3))
        played, won, drawn = total[pair], score[pair], sums[row]
        for column in range(sums.shape[1]):
            amount = np.float32(drawn[column])
            played[column] += amount
            won[column] += share * amount
