"""Loops that numpy cannot fuse, compiled with Numba when they are first used and kept on disk where that is possible.

They take arrays and change arrays. Sums have a fixed order and random numbers are functions of a key and a position,
so that neither threads nor chunks change a result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from ratings.core.arrays import FloatArray, IntArray

    Counts = npt.NDArray[np.float32]
    Sums = npt.NDArray[np.float32] | npt.NDArray[np.uint16]
    Thresholds = npt.NDArray[np.uint32]
    Words = npt.NDArray[np.uint64]
    Values = npt.NDArray[np.int32]

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S32, _S31, _S30, _S27 = np.uint64(32), np.uint64(31), np.uint64(30), np.uint64(27)
# How many standard deviations of a Poisson count its table holds; what is beyond has a probability below 1e-11.
REACH = 7.0
SPARE = 10


def compiled(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compile without fast-math, so that equal input gives equal bytes, and release the interpreter's lock.

    The machine code is kept beside the source, or in the user's cache; where neither can be written it is compiled
    again in each process.
    """
    try:
        kept: Callable[_Arguments, _Result] = numba.njit(nogil=True, error_model="numpy", cache=True)(function)
    except RuntimeError:
        kept = numba.njit(nogil=True, error_model="numpy")(function)
    return kept


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
def make_alias(mass: FloatArray, bits: int, threshold: Thresholds, value: Values, stack: IntArray) -> None:
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
    score: Counts,
    total: Counts,
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
def poisson_one(words: Words, count: Sums) -> None:
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
    start: IntArray, row: Values, weight: Sums, key: np.uint64, first: int, sums: Sums, count: Sums
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
def assign_rows(cell: Values, cells: int, most: int) -> tuple[Values, Values]:
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
def gather_rows(cell: Values, sums: Sums, score: Counts, total: Counts) -> None:
    """Add rows of resampled outcomes, ``cell = 3 * pair + 2 * outcome``, to scores and totals of pairs (p, c)."""
    for row in range(len(cell)):
        pair, share = cell[row] // 3, np.float32(0.5 * (cell[row] % 3))
        played, won, drawn = total[pair], score[pair], sums[row]
        for column in range(sums.shape[1]):
            amount = np.float32(drawn[column])
            played[column] += amount
            won[column] += share * amount


@compiled
def sort_entries(
    order: Values, a: IntArray, b: IntArray, outcome: FloatArray, position: Values, pair: Values, won: Counts
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
def order_by(group: IntArray, groups: int) -> tuple[Values, IntArray]:
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
def pull(
    low: IntArray,
    high: IntArray,
    probability: FloatArray,
    score: Counts,
    total: Counts,
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
def _relax(
    ends: IntArray,
    features: FloatArray,
    curvature: FloatArray,
    inverse: FloatArray,
    touched: IntArray,
    fixed: int,
    score: FloatArray,
    work: FloatArray,
) -> bool:
    """Replace `score` by the solution of (I - L A) x = score, as a series; return false when it is too slow.

    The first `fixed` of the touched parameters belong to every row: its k features, then its tie parameter if it has
    one. ``curvature`` (e, 3) is each row's second derivative by difference, by difference and tie, and by tie.
    """
    known, k = len(touched), features.shape[1]
    term, effect = work[0, :known], work[1, :known]
    term[:] = score
    scale = 0.0
    for i in range(known):
        scale = max(scale, abs(score[i]))
    for _ in range(40):
        for i in range(known):
            effect[i] = 0.0
            for j in range(known):
                effect[i] += inverse[touched[i], touched[j]] * term[j]
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
        if largest <= 1e-12 * scale:
            return True
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
    plain: FloatArray,
    raised: FloatArray,
    fourth: FloatArray,
) -> int:
    r"""Sum squares of each unit's score, as it is and raised to what leaving the unit out would show.

    A unit with score u and curvature L among the parameters that it touches moves the estimate by
    :math:`A_{\cdot t} (I - L A_{tt})^{-1} u`. The inverse is a geometric series, which three or four terms finish for
    units that decide little; for others the system is solved.

    Parameters
    ----------
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
    plain, raised : (d, d) sums of outer products of scores, changed in place.
    fourth : (d,) sum of fourth powers of what each unit moves, changed in place.

    Returns
    -------
    The first unit without which nothing could be estimated, or -1.
    """
    size, k = len(inverse), features.shape[1]
    widest = 0
    for unit in range(len(start) - 1):
        widest = max(widest, start[unit + 1] - start[unit])
    place, touched = np.full(size, -1, np.intp), np.empty(size, np.intp)
    score, moved, work = np.empty(size), np.empty(size), np.empty((2, size))
    ends = np.empty((widest, 2), np.intp)
    for f in range(fixed):
        touched[f] = size - fixed + f
    for unit in range(len(start) - 1):
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
        for i in range(known):
            for j in range(known):
                plain[group[i], group[j]] += own[i] * own[j]
        if correct:
            untouched = own.copy()
            given, bent = features[first:last], curvature[first:last]
            # Eigenvalues of L A lie between 0 and 1, and add up to this share; at 1, nothing would be left.
            lone = share > 0.99 and not prior
            if lone or not _relax(rows, given, bent, inverse, group, fixed, own, work):
                own[:] = untouched
                if not _solve(rows, given, bent, inverse, group, fixed, own):
                    return unit
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


@compiled
def largest_gaps(deviations: FloatArray, low: IntArray, high: IntArray, scale: FloatArray, largest: FloatArray) -> None:
    """Set `largest` (r,) to the greatest ``|deviations[:, low] - deviations[:, high]| * scale`` of each row."""
    for draw in range(len(deviations)):
        own = deviations[draw]
        most = 0.0
        for pair in range(len(low)):
            most = max(most, abs(own[low[pair]] - own[high[pair]]) * scale[pair])
        largest[draw] = most
