"""Texts that are nearly the same, by MinHash (Broder 1997, "On the resemblance of documents"). Pure, with numpy.

A text is the set of its runs of `SHINGLE` letters; two texts are as alike as the share of runs that they have in common
(Jaccard). `HASHES` minima over random orders of all runs agree with just that chance, so they stand for the text. They
are cut into `BANDS`: texts that agree in a whole band are worth a closer look. With 20 bands of 4, two texts that share
60 % of their runs meet in a band with a chance of 94 %, and two that share 10 % with 0.2 %.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHINGLE = 4
BANDS = 20
ROWS = 4
HASHES = BANDS * ROWS
# Texts that share at least this much are pointed out.
NEAR = 0.6
# Minima estimate the share with a standard error of about 0.055: nothing near is lost below this.
WORTH_A_LOOK = NEAR - 0.15
# A pattern that hundreds of texts share would make pairs without end; each is compared with so many of them in a band.
NEIGHBOURS = 5
# So many of the nearest are named for one text.
MOST_NEAR = 3
# Runs hashed at a time: little enough to stay in a processor's cache.
BLOCK_RUNS = 32_768
PAIRS_AT_ONCE = 200_000

_MIX = np.uint64(0xBF58476D1CE4E5B9)
_GENERATOR = np.random.default_rng(20_261_122)
# Stored bands depend on these numbers: changing any needs a migration that computes all bands anew.
_FACTORS = _GENERATOR.integers(1, 2**63, HASHES, dtype=np.uint64) | np.uint64(1)
_OFFSETS = _GENERATOR.integers(0, 2**63, HASHES, dtype=np.uint64)
_BAND_FACTORS = _GENERATOR.integers(1, 2**63, ROWS, dtype=np.uint64) | np.uint64(1)

Signatures = NDArray[np.uint32]
Bands = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Near:
    """Text number `other` is like text number `index`; `share` of their runs of letters is the same."""

    index: int
    other: int
    share: float


def plain_text(text: str) -> str:
    """Return `text` as it is compared: small letters and digits, single spaces, no marks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", " ", folded).strip()


def signatures_of(texts: Sequence[str]) -> Signatures:
    """Return the minima of each text, shape (n, HASHES)."""
    result = np.empty((len(texts), HASHES), dtype=np.uint32)
    first = 0
    for block in _blocks(texts):
        result[first : first + len(block)] = _signatures(block)
        first += len(block)
    return result


def bands_of(signatures: Signatures) -> Bands:
    """Return one number for each band of each text, shape (n, BANDS); texts that agree in a band share it."""
    rows = signatures.reshape(-1, BANDS, ROWS).astype(np.uint64)
    mixed = _mixed((rows * _BAND_FACTORS).sum(axis=2, dtype=np.uint64) + np.arange(BANDS, dtype=np.uint64))
    return (mixed >> np.uint64(32)).astype(np.uint32).view(np.int32)


def text_bands(text: str) -> list[int]:
    """Return the bands of one text, to be stored with it or searched for."""
    return [int(band) for band in bands_of(signatures_of([text]))[0]]


def share_of_runs(first: str, second: str) -> float:
    """Return how alike two texts are, from 0 to 1."""
    a, b = _runs(first), _runs(second)
    return len(a & b) / len(a | b)


def near_texts(texts: Sequence[str], signatures: Signatures, *, known: int) -> list[Near]:
    """Find, for each text from number `known` on, up to `MOST_NEAR` earlier texts that are nearly the same.

    The first `known` texts are not compared with each other. `signatures` are those of `signatures_of(texts)`.
    """
    found: list[Near] = []
    named: Counter[int] = Counter()
    for later, earlier in _candidates(bands_of(signatures), known):
        alike = (signatures[later] == signatures[earlier]).mean(axis=1)
        nearest_first = np.lexsort((-alike, later))
        for place in nearest_first[alike[nearest_first] >= WORTH_A_LOOK]:
            index, other = int(later[place]), int(earlier[place])
            if named[index] == MOST_NEAR:
                continue
            share = share_of_runs(texts[index], texts[other])
            if share >= NEAR:
                found.append(Near(index, other, share))
                named[index] += 1
    return found


def _candidates(bands: Bands, known: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield pairs of numbers of texts that share a band, the later one first, each pair once."""
    count = len(bands)
    pairs = [np.empty(0, dtype=np.int64)]
    for band in range(BANDS):
        order = np.argsort(bands[:, band], kind="stable")
        values = bands[order, band]
        for step in range(1, min(NEIGHBOURS, count - 1) + 1):
            same = values[step:] == values[:-step]
            # The sort is stable, so of two texts with the same band the earlier one comes first.
            later, earlier = order[step:][same], order[:-step][same]
            wanted = later >= known
            pairs.append(later[wanted] * count + earlier[wanted])
    unique = np.unique(np.concatenate(pairs))
    for first in range(0, len(unique), PAIRS_AT_ONCE):
        chunk = unique[first : first + PAIRS_AT_ONCE]
        yield chunk // count, chunk % count


def _runs(text: str) -> set[str]:
    plain = plain_text(text).ljust(SHINGLE)
    return {plain[start : start + SHINGLE] for start in range(len(plain) - SHINGLE + 1)}


def _blocks(texts: Sequence[str]) -> Iterator[list[str]]:
    block: list[str] = []
    size = 0
    for text in texts:
        plain = plain_text(text).ljust(SHINGLE)
        if block and size + len(plain) > BLOCK_RUNS:
            yield block
            block, size = [], 0
        block.append(plain)
        size += len(plain)
    if block:
        yield block


def _signatures(block: list[str]) -> Signatures:
    """Return the minima of plain texts, none of which is shorter than a run."""
    letters = np.frombuffer("".join(block).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    lengths = np.fromiter(map(len, block), dtype=np.int64, count=len(block))
    runs = np.zeros(len(letters) - SHINGLE + 1, dtype=np.uint64)
    for place in range(SHINGLE):
        runs = _mixed(runs + letters[place : place + len(runs)] + np.uint64(1))
    # Runs that reach from one text into the next are no runs.
    ends = np.cumsum(lengths)
    inside = np.ones(len(runs), dtype=np.bool_)
    for place in range(1, SHINGLE):
        inside[ends[:-1] - place] = False
    starts = np.concatenate(([0], np.cumsum(lengths - SHINGLE + 1)[:-1]))
    return _minima(runs[inside], starts)


def _minima(runs: NDArray[np.uint64], starts: NDArray[np.int64]) -> Signatures:
    result = np.empty((len(starts), HASHES), dtype=np.uint32)
    for number in range(HASHES):
        ranked = ((runs * _FACTORS[number] + _OFFSETS[number]) >> np.uint64(32)).astype(np.uint32)
        result[:, number] = np.minimum.reduceat(ranked, starts)
    return result


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread what differs in few bits over all of them."""
    mixed: NDArray[np.uint64] = (numbers ^ (numbers >> np.uint64(31))) * _MIX
    mixed ^= mixed >> np.uint64(29)
    return mixed
