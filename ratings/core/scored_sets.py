"""Comparisons from scores: what was scored side by side by one person, taken pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ratings.core.comparisons import LOSS, TIE, WIN, Comparisons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratings.core.arrays import FloatArray, IntArray

TIE_GAP = 5.0


def compare_scores(  # noqa: PLR0913  one argument per column of a table of scores
    competitors: Sequence[str],
    *,
    scored_with: IntArray,
    competitor: IntArray,
    score: FloatArray,
    rater: IntArray,
    tie_gap: float = TIE_GAP,
) -> Comparisons:
    r"""Return a comparison for every two that were scored together.

    .. math:: y_{ij} = 1/2 \text{ where } |s_i - s_j| \le g \text{, else } 1[s_i > s_j]

    as PRISM makes battles of its scores (Kirk et al., 2024, section 4.2 and its released code, with g = 5). The up to
    six pairs of one set are not independent; cluster by rater, as boards do. Only differences within a set count, so
    that it does not matter where on the scale somebody puts what is middling.

    Parameters
    ----------
    competitors : labels; `competitor` indexes into them.
    scored_with : (n,) the set that each score belongs to.
    competitor, score, rater : (n,) who was scored, how, and by whom.
    tie_gap : scores that are no farther apart are a tie.

    Returns
    -------
    Comparisons
        Sets in ascending order, the pairs of a set in the order of its rows, the earlier row on side A.

    Raises
    ------
    InvalidComparisonsError
        If a set holds a competitor twice.
    ValueError
        If `tie_gap` is negative or not a number.
    """
    if not tie_gap >= 0.0:
        raise ValueError(f"tie_gap is {tie_gap}; it must be at least 0")
    first, second = _pairs_within(scored_with)
    gap = np.asarray(score, dtype=np.float64)[first] - np.asarray(score, dtype=np.float64)[second]
    return Comparisons(
        competitors=tuple(competitors),
        a=competitor[first],
        b=competitor[second],
        outcome=np.where(np.abs(gap) <= tie_gap, TIE, np.where(gap > 0.0, WIN, LOSS)),
        rater=rater[first],
    )


def _pairs_within(scored_with: IntArray) -> tuple[IntArray, IntArray]:
    """Return (p,) rows of the first and of the second of every two rows of the same set."""
    order = np.argsort(scored_with, kind="stable")
    ordered = scored_with[order]
    largest = int(np.bincount(np.unique(ordered, return_inverse=True)[1]).max(initial=0))
    places = [np.flatnonzero(ordered[:-apart] == ordered[apart:]) for apart in range(1, largest)]
    first = np.concatenate([*places, np.zeros(0, dtype=np.intp)])
    second = np.concatenate([*(place + apart for apart, place in enumerate(places, start=1)), np.zeros(0, np.intp)])
    by_set = np.lexsort((second, first))
    return order[first[by_set]], order[second[by_set]]
