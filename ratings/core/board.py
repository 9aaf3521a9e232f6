"""A whole board in one call: every component fitted, with the intervals and ranks that its raters support."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import BoolArray, FloatArray, IntArray, frozen
from ratings.core.bradley_terry import BradleyTerryFit, fit_bradley_terry
from ratings.core.components import find_components
from ratings.core.errors import MissingColumnError
from ratings.core.pairs import count_pairs
from ratings.core.rates import appearances, rater_counts
from ratings.core.scale import centred
from ratings.core.uncertainty import Uncertainty, estimate_uncertainty

if TYPE_CHECKING:
    from ratings.core.bootstrap import BootstrapDraws
    from ratings.core.comparisons import Comparisons
    from ratings.core.intervals import Intervals
    from ratings.core.method import BoardMethod
    from ratings.core.ranks import RankBounds


@dataclass(frozen=True, eq=False, slots=True)
class ComponentBoard:
    """Competitors that comparisons connect, so that their ratings have one scale.

    Attributes
    ----------
    members : (m,) indices into the competitors of the whole input, ascending; every array below has this order.
    fit : their joint fit.
    strengths : (m,) those of `fit`, shifted so that the anchors average zero.
    raters : people whose comparisons entered it.
    preliminary : (m,) true where a competitor has too few comparisons or raters to be ranked.
    anchors : (m,) whose mean is the zero of `strengths`: those who are not preliminary, or all when everybody is.
    intervals, ranks : None when there are too few raters. `ranks` covers those who are not preliminary, in order.
    draws : the bootstrap behind them, when there was one.
    uncertainty : what intervals and ranks were read from; None when there are too few raters.
    """

    members: IntArray
    fit: BradleyTerryFit
    strengths: FloatArray
    raters: int
    preliminary: BoolArray
    anchors: BoolArray
    intervals: Intervals | None
    ranks: RankBounds | None
    draws: BootstrapDraws | None
    uncertainty: Uncertainty | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Board:
    """Components with at least two members, heaviest first, and the competitors that were never compared."""

    components: tuple[ComponentBoard, ...]
    uncompared: IntArray
    method: BoardMethod


def fit_board(comparisons: Comparisons, method: BoardMethod, *, rng: np.random.Generator) -> Board:
    """Fit every connected component by itself.

    The same comparisons, method and generator state give the same numbers. Components get generators of their own, so
    that one component's votes do not change the draws of another.

    Raises
    ------
    MissingColumnError
        If the comparisons do not say who judged each row: intervals, and the rule on too few raters, are by rater.
    """
    if comparisons.rater is None:
        raise MissingColumnError("A board needs the rater of each comparison")
    groups = find_components(count_pairs(comparisons))
    joined = [members for members in groups if len(members) > 1]
    alone = sorted(int(members[0]) for members in groups if len(members) == 1)
    return Board(
        components=tuple(
            _fit_component(comparisons.among(members), members, method, stream)
            for members, stream in zip(joined, rng.spawn(len(joined)), strict=True)
        ),
        uncompared=frozen(np.array(alone, dtype=np.intp)),
        method=method,
    )


def _fit_component(
    comparisons: Comparisons, members: IntArray, method: BoardMethod, rng: np.random.Generator
) -> ComponentBoard:
    fit = fit_bradley_terry(comparisons, prior_precision=method.prior_precision)
    per_member, raters = rater_counts(comparisons)
    preliminary = (appearances(fit.pairs) < method.established_comparisons) | (per_member < method.established_raters)
    anchors = np.ones_like(preliminary) if preliminary.all() else ~preliminary
    board = ComponentBoard(
        members=members,
        fit=fit,
        strengths=frozen(centred(fit.strengths, anchors)),
        raters=raters,
        preliminary=frozen(preliminary),
        anchors=frozen(anchors),
        intervals=None,
        ranks=None,
        draws=None,
    )
    if raters < method.minimum_raters:
        return board
    return _with_uncertainty(board, comparisons, method, rng)


def _with_uncertainty(
    board: ComponentBoard, comparisons: Comparisons, method: BoardMethod, rng: np.random.Generator
) -> ComponentBoard:
    uncertainty = estimate_uncertainty(
        comparisons,
        board.fit,
        rng=rng,
        method=method.interval,
        replicates=method.replicates,
        level=method.level,
        anchors=board.anchors,
    )
    ranks = uncertainty.ranks(~board.preliminary)
    return replace(
        board, intervals=uncertainty.intervals, ranks=ranks, draws=uncertainty.draws, uncertainty=uncertainty
    )
