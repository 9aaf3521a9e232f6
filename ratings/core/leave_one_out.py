"""What leaving out each of many units would show, in the way that is quickest for the size of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.compiled_dense_scores import bend, spread_scores
from ratings.core.compiled_jackknife import ALONE, LEFT_OUT, jackknife_scores
from ratings.core.errors import NotConvergedError

if TYPE_CHECKING:
    from ratings.core.arrays import BoolArray, FloatArray, IntArray
    from ratings.core.scores import ScoredRows

LONE = (
    "A competitor rests on one {} alone, so leaving that one out leaves nothing to fit. "
    "Set prior_precision above 0, or ask for CR0."
)
# A unit with a row for each so many parameters touches so many of them that whole matrices are quicker than its own.
ROWS_APART = 16
# Units whose numbers stay in the processor's cache together.
TOGETHER = 256
# A unit that needs more terms would hold up those beside it; it is solved by itself.
MOST_TERMS = 8


@dataclass(frozen=True, eq=False, slots=True)
class Formula:
    """What `jackknife_scores` takes beside rows; `projected` is transposed."""

    inverse: FloatArray
    projected: FloatArray
    fixed: int
    correct: bool
    prior: bool


def sum_part(rows: ScoredRows, formula: Formula) -> tuple[FloatArray, FloatArray]:
    """Return sums over the units of `rows`: (d, d) of outer products, (d,) of fourth powers; see `jackknife_scores`.

    Raises
    ------
    NotConvergedError
        If scores are to be raised, and without one of the units nothing could be estimated.
    """
    width = len(formula.inverse)
    raised, fourth = np.zeros((width, width)), np.zeros(width)
    has_many = np.diff(rows.start) * ROWS_APART >= width
    many = np.flatnonzero(has_many)
    apart = [np.flatnonzero(~has_many)]
    for first in range(0, len(many), TOGETHER):
        units = many[first : first + TOGETHER]
        solved, scores = _raise(rows, units, formula)
        raised += scores.T @ scores
        moved = scores @ formula.projected
        moved *= moved
        fourth += np.einsum("ud,ud->d", moved, moved)
        apart.append(units[~solved])
    _sum_one_by_one(rows, np.concatenate(apart), formula, raised, fourth)
    return raised, fourth


def _raise(rows: ScoredRows, units: IntArray, formula: Formula) -> tuple[BoolArray, FloatArray]:
    """Return which of `units` (c,) were solved, and (c, d) their scores, raised if asked for; zero where not solved.

    The series of `jackknife_scores`, a term of all units by one product of matrices.
    """
    score, share = np.zeros((len(units), len(formula.inverse))), np.zeros(len(units))
    given = (rows.a, rows.b, rows.features)
    spread_scores(
        units, rows.start, *given, rows.residual, rows.curvature, formula.inverse, formula.fixed, score, share
    )
    if not formula.correct:
        return np.ones(len(units), dtype=np.bool_), score
    scale = np.abs(score).max(axis=1)
    term, before, largest = score.copy(), scale, np.empty(len(units))
    for _ in range(MOST_TERMS):
        effect = term @ formula.inverse
        bend(units, rows.start, *given, rows.curvature, effect, formula.fixed, term, largest)
        score += term
        solved = largest * largest <= LEFT_OUT * scale * before
        if solved.all():
            break
        before = largest.copy()
    if not formula.prior:
        solved &= share <= ALONE
    score[~solved] = 0.0
    return solved, score


def _sum_one_by_one(
    rows: ScoredRows, units: IntArray, formula: Formula, raised: FloatArray, fourth: FloatArray
) -> None:
    lone = jackknife_scores(
        units,
        rows.start,
        rows.a,
        rows.b,
        rows.features,
        rows.residual,
        rows.curvature,
        formula.inverse,
        formula.projected,
        formula.fixed,
        formula.correct,
        formula.prior,
        raised,
        fourth,
    )
    if lone >= 0:
        raise NotConvergedError(LONE.format("cluster"))
