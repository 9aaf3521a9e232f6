"""Who is independent of whom: the units that a bootstrap draws again and a sandwich sums over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ratings.core.arrays import FloatArray, IntArray, SmallFloatArray, SmallIntArray, frozen
from ratings.core.compiled_counts import order_by, sort_entries
from ratings.core.errors import MissingColumnError
from ratings.core.pairs import DENSE_COMPETITORS, OUTCOMES, PairCounts, outcome_for_low

if TYPE_CHECKING:
    from ratings.core.comparisons import Comparisons

Cluster = Literal["vote", "rater", "prompt", "two-way"]


@dataclass(frozen=True, eq=False, slots=True)
class AlikeVotes:
    """Single votes as units; those on the same pair with the same outcome and weight are kept together.

    Attributes
    ----------
    pair : (k,) position among the pairs, ascending.
    outcome : (k,) as seen from the pair's lower index.
    weight : (k,) of each such vote.
    repeats : (k,) how many such votes there are.
    """

    pair: IntArray
    outcome: FloatArray
    weight: FloatArray
    repeats: FloatArray

    @property
    def count(self) -> int:
        """How many votes there are."""
        return int(self.repeats.sum())


@dataclass(frozen=True, eq=False, slots=True)
class Clusters:
    """Raters or prompts as units, each with all of its comparisons.

    Attributes
    ----------
    start : (u + 1,) where each unit's entries begin.
    pair, outcome, weight : (e,) entries, one for each comparison, in as few bytes as hold them exactly.
    """

    start: IntArray
    pair: SmallIntArray
    outcome: SmallFloatArray
    weight: FloatArray

    @property
    def count(self) -> int:
        """How many units there are."""
        return len(self.start) - 1


def alike_votes(data: Comparisons | PairCounts, pairs: PairCounts) -> AlikeVotes:
    """Return votes as units; counts are taken to be of votes that weigh 1 each.

    The cost does not grow with the votes when none has a weight of its own.
    """
    if isinstance(data, PairCounts) or data.unweighted:
        return _cells(pairs)
    used = data.select(data.weights > 0)
    kinds, repeats = np.unique(
        np.stack([pairs.positions(used), outcome_for_low(used), used.weights]), axis=1, return_counts=True
    )
    return AlikeVotes(frozen(kinds[0].astype(np.intp)), kinds[1], kinds[2], frozen(repeats.astype(np.float64)))


def cluster_rows(data: Comparisons | PairCounts, pairs: PairCounts, cluster: Literal["rater", "prompt"]) -> Clusters:
    """Return raters or prompts as units.

    Raises
    ------
    MissingColumnError
        If the comparisons do not say who judged, or what was asked.
    """
    rows = rows_of(data)
    return clusters(rows, pairs, rater_column(rows) if cluster == "rater" else prompt_column(rows))


def clusters(comparisons: Comparisons, pairs: PairCounts, column: IntArray) -> Clusters:
    """Return one unit for each number that `column` (n,) gives to rows which weigh something, in ascending order."""
    if not comparisons.unweighted:
        used = comparisons.weights > 0
        comparisons, column = comparisons.select(used), column[used]
    order, start = order_by(column, int(column.max(initial=-1)) + 1)
    sizes = np.diff(start)
    begins = np.concatenate([[0], np.cumsum(sizes[sizes > 0])]).astype(np.intp)
    pair, outcome = _sorted_entries(comparisons, pairs, order)
    return Clusters(
        start=frozen(begins),
        pair=frozen(pair),
        outcome=frozen(outcome),
        weight=comparisons.weights if comparisons.unweighted else frozen(comparisons.weights[order]),
    )


def _sorted_entries(
    comparisons: Comparisons, pairs: PairCounts, order: SmallIntArray
) -> tuple[SmallIntArray, SmallFloatArray]:
    size = len(comparisons.competitors)
    if size > DENSE_COMPETITORS:
        positions, outcomes = pairs.positions(comparisons)[order], outcome_for_low(comparisons)[order]
        return positions.astype(np.int32), outcomes.astype(np.float32)
    position = np.zeros((size, size), dtype=np.int32)
    position[pairs.low, pairs.high] = np.arange(len(pairs.low))
    pair, outcome = np.empty(len(order), dtype=np.int32), np.empty(len(order), dtype=np.float32)
    sort_entries(order, comparisons.a, comparisons.b, comparisons.outcome, position, pair, outcome)
    return pair, outcome


def rows_of(data: Comparisons | PairCounts) -> Comparisons:
    """Return `data`, or raise `MissingColumnError` when single comparisons are gone."""
    if isinstance(data, PairCounts):
        raise MissingColumnError("Counts of pairs do not say who judged; give the comparisons, or cluster by vote")
    return data


def rater_column(comparisons: Comparisons) -> IntArray:
    """Return (n,) who judged each row, or raise `MissingColumnError`."""
    return _named(comparisons.rater, "rater")


def prompt_column(comparisons: Comparisons) -> IntArray:
    """Return (n,) what was asked in each row, or raise `MissingColumnError`."""
    return _named(comparisons.prompt, "prompt")


def both_columns(comparisons: Comparisons) -> IntArray:
    """Return (n,) a number for each rater with each prompt."""
    rater, prompt = rater_column(comparisons), prompt_column(comparisons)
    _, number = np.unique(rater * (int(prompt.max(initial=0)) + 1) + prompt, return_inverse=True)
    return np.asarray(number, dtype=np.intp)


def _cells(pairs: PairCounts) -> AlikeVotes:
    counts = np.stack([pairs.losses, pairs.ties, pairs.wins], axis=1)
    pair, halves = np.nonzero(counts)
    outcome = halves / (OUTCOMES - 1)
    return AlikeVotes(frozen(pair), frozen(outcome), frozen(np.ones(len(pair))), frozen(counts[pair, halves]))


def _named(column: IntArray | None, name: str) -> IntArray:
    if column is None:
        raise MissingColumnError(f"These comparisons do not name the {name} of each row")
    return column
