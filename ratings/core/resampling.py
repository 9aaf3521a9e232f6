"""What is drawn again in a bootstrap: units that vote, and what each adds to the pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import scipy.sparse as sp

from ratings.core.arrays import FloatArray, IntArray, frozen
from ratings.core.errors import MissingColumnError
from ratings.core.pairs import PairCounts, outcome_for_low, pair_codes

if TYPE_CHECKING:
    from ratings.core.comparisons import Comparisons

Cluster = Literal["vote", "rater", "prompt"]


@dataclass(frozen=True, eq=False, slots=True)
class Units:
    """Independent units and their share of every pair.

    Attributes
    ----------
    score, total : (p, u) sparse; summed over units they are the pairs' score and total.
    repeats : (u,) how many alike units each column stands for; 1 unless single votes were counted together.
    """

    score: sp.csr_array[np.float64]
    total: sp.csr_array[np.float64]
    repeats: FloatArray

    @property
    def count(self) -> int:
        """How many independent units there are."""
        return int(self.repeats.sum())


def make_units(comparisons: Comparisons, pairs: PairCounts, cluster: Cluster) -> Units:
    """Group the rows of `comparisons` into the units that `cluster` names.

    Rows of weight zero are ignored; a unit with no other rows is no unit. Votes on the same pair with the same outcome
    and weight are alike and are kept as one column with a count, so that the cost does not grow with the votes.

    Raises
    ------
    MissingColumnError
        If the comparisons do not say who judged, or what was asked.
    """
    used = comparisons.select(comparisons.weights > 0)
    codes = pairs.low * len(pairs.competitors) + pairs.high
    pair = np.searchsorted(codes, pair_codes(used))
    if cluster == "vote":
        return _alike_votes(used, pair, len(codes))
    column = used.rater if cluster == "rater" else used.prompt
    if column is None:
        raise MissingColumnError(f"These comparisons do not name the {cluster} of each row")
    _, unit = np.unique(column, return_inverse=True)
    repeats = np.ones(int(unit.max(initial=-1)) + 1)
    return _spread(pair, unit, outcome_for_low(used), used.weights, (len(codes), repeats))


def _alike_votes(used: Comparisons, pair: IntArray, pairs: int) -> Units:
    outcome = outcome_for_low(used)
    kinds, repeats = np.unique(np.stack([pair, outcome, used.weights]), axis=1, return_counts=True)
    unit = np.arange(kinds.shape[1])
    return _spread(kinds[0].astype(np.intp), unit, kinds[1], kinds[2], (pairs, repeats.astype(np.float64)))


def _spread(
    pair: IntArray, unit: IntArray, outcome: FloatArray, weight: FloatArray, size: tuple[int, FloatArray]
) -> Units:
    pairs, repeats = size
    shape = (pairs, len(repeats))
    return Units(
        score=sp.csr_array((weight * outcome, (pair, unit)), shape=shape),
        total=sp.csr_array((weight, (pair, unit)), shape=shape),
        repeats=frozen(repeats),
    )
