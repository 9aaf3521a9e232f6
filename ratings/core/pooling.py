"""Ratings of a category that lean on the category above it where votes are few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import FloatArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.method import PRIOR_PRECISION
from ratings.core.newton import invert_information, maximise
from ratings.core.objective import BradleyTerryObjective
from ratings.core.pairs import count_pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ratings.core.arrays import IntArray
    from ratings.core.comparisons import Comparisons
    from ratings.core.pairs import PairCounts

ROUNDS = 50
SETTLED = 1e-4
SMALLEST, LARGEST = 0.01, 3.0


@dataclass(frozen=True, eq=False, slots=True)
class PooledFit:
    """Strengths of one category, pulled towards those of its parent.

    Attributes
    ----------
    strengths : (m,) summing to zero.
    standard_deviations : (m,) of the posterior, for independent votes and a known parent.
    spread : tau, how much categories differ from their parent, in strength units.
    comparisons : weight of the category's own comparisons.
    """

    strengths: FloatArray
    standard_deviations: FloatArray
    spread: float
    comparisons: float


@one_blas_thread
def fit_category_tree(
    comparisons: Comparisons, category: IntArray, parent: Mapping[int, int | None]
) -> dict[int, PooledFit]:
    r"""Fit every category of a tree with partial pooling along the tree.

    A root is fitted by itself, with the comparisons of all categories below it. Any other category has the prior
    :math:`\theta_c \sim N(\theta_{parent(c)}, \tau^2 I)` and the comparisons of itself and what is below. The spread
    tau is estimated for all children of one parent together, by iterating

    .. math:: \tau^2 = \operatorname{mean}_c \frac{1}{m - 1} \sum_i (\theta_{ci} - \theta_{pi})^2 + v_{ci}

    with posterior variances v and m - 1 because strengths sum to zero. That is expectation-maximisation with a normal
    approximation (Gelman et al., 2013, Bayesian Data Analysis, sections 5.4 and 13.4), within 0.01 and 3 units. A
    category without any vote has its parent's strengths.

    Parameters
    ----------
    category : (n,) the category of each comparison.
    parent : of each category, None for roots; every category of the comparisons must be in it.

    Raises
    ------
    ValueError
        If a category is unknown, or parents go in a circle.
    DisconnectedError
        If the comparisons of a root do not connect all competitors.
    """
    lines = {child: _line(child, parent) for child in parent}
    unknown = sorted({int(number) for number in np.unique(category)} - set(parent))
    if unknown:
        raise ValueError(f"Categories without a place in the tree: {unknown}")
    counts = {node: count_pairs(comparisons.select(_below(category, node, lines))) for node in parent}
    found: dict[int, PooledFit] = {}
    for root in (node for node, above in parent.items() if above is None):
        fit = fit_bradley_terry(counts[root])
        deviations = np.sqrt(np.diag(fit.inverse_information))
        spread = PRIOR_PRECISION**-0.5
        found[root] = PooledFit(fit.strengths, frozen(deviations), spread, float(counts[root].total.sum()))
        _descend(root, parent, counts, found)
    return found


def _line(node: int, parent: Mapping[int, int | None]) -> list[int]:
    """Return the node and all above it."""
    line: list[int] = []
    here: int | None = node
    while here is not None:
        if here in line or here not in parent:
            raise ValueError(f"The parents of category {node} go in a circle or out of the tree")
        line.append(here)
        here = parent[here]
    return line


def _below(category: IntArray, node: int, lines: Mapping[int, list[int]]) -> IntArray:
    inside = [child for child, line in lines.items() if node in line]
    return np.flatnonzero(np.isin(category, inside))


def _descend(
    node: int, parent: Mapping[int, int | None], counts: Mapping[int, PairCounts], found: dict[int, PooledFit]
) -> None:
    children = [child for child, above in parent.items() if above == node]
    if not children:
        return
    found.update(_fit_siblings({child: counts[child] for child in children}, found[node].strengths))
    for child in children:
        _descend(child, parent, counts, found)


def _fit_siblings(counts: Mapping[int, PairCounts], centre: FloatArray) -> dict[int, PooledFit]:
    spread = 0.5
    for _ in range(ROUNDS):
        found = {child: _fit_towards(pairs, centre, spread) for child, pairs in counts.items()}
        squares = [
            np.sum((fit.strengths - centre) ** 2 + fit.standard_deviations**2) / max(len(centre) - 1, 1)
            for fit in found.values()
            if fit.comparisons > 0
        ]
        before = spread
        spread = float(np.clip(np.sqrt(np.mean(squares)), SMALLEST, LARGEST)) if squares else spread
        if abs(spread - before) < SETTLED:
            break
    return found


def _fit_towards(pairs: PairCounts, centre: FloatArray, spread: float) -> PooledFit:
    objective = BradleyTerryObjective(pairs.low, pairs.high, pairs.score, pairs.total, spread**-2, centre)
    strengths = maximise(objective, centre).strengths
    inverse = invert_information(objective.information(strengths))
    return PooledFit(frozen(strengths), frozen(np.sqrt(np.diag(inverse))), spread, float(pairs.total.sum()))
