"""What votes say besides ratings: orders without a model, how far ranks depend on choices, groups, criteria."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from ratings.command_line.parts import Parts, connected_parts
from ratings.command_line.rating import CLUSTERS, rate_ballots
from ratings.core.criteria import combine_criteria
from ratings.core.groups import compare_groups, equality_test
from ratings.core.parts import fit_parts
from ratings.core.rank_range import rank_range
from ratings.core.scale import POINTS_PER_UNIT, rating
from ratings.core.social import borda_scores, copeland_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratings.command_line.rating import Ballots, Method, RatingRow
    from ratings.core.arrays import IntArray
    from ratings.core.comparisons import Comparisons
    from ratings.core.parts import PartFits

Cell = str | int | float | None
Row = dict[str, Cell]
SURELY = 0.001


@dataclass(frozen=True, slots=True)
class Finding:
    """A table, what was found besides, and what a reader must know.

    `name` is what the rows are called in JSON, where each of `facts` stands beside them.
    """

    name: str
    rows: list[Row]
    facts: dict[str, Cell | list[str]]
    notes: list[str]


def find_orders(ballots: Ballots, method: Method) -> Finding:
    """Return ratings beside Copeland's and Borda's scores, which need no model of strength."""
    copeland, borda = copeland_scores(ballots.pairs), borda_scores(ballots.pairs)
    place = {name: index for index, name in enumerate(ballots.pairs.competitors)}
    rows: list[Row] = [
        {
            **_rated(row),
            "copeland": _known(copeland[place[row["model"]]]),
            "borda": _known(borda[place[row["model"]]]),
        }
        for row in rate_ballots(ballots, method).rows
    ]
    return Finding(
        "orders",
        rows,
        {},
        [
            (
                "copeland: share of the opponents met that the model beat more often than not; borda: mean share won "
                "against each of them. Every opponent counts once."
            )
        ],
    )


def find_range(ballots: Ballots, comparisons: Comparisons, method: Method) -> Finding:
    """Return the best and worst rank of each ranked model under every reasonable way to compute the board."""
    rows: list[Row] = [_rated(row) for row in rate_ballots(ballots, method).rows]
    ways = 0
    for component in sorted({int(row["component"]) for row in rows if row["component"] is not None}):
        ranked = [row for row in rows if row["component"] == component and row["rank_best"] is not None]
        if len(ranked) > 1:
            found = rank_range(comparisons.among([comparisons.competitors.index(str(row["model"])) for row in ranked]))
            lowest, highest = rating(found.lowest), rating(found.highest)
            ways = max(ways, len(found.variants))
            for index, row in enumerate(ranked):
                row["rank_best_anyhow"], row["rank_worst_anyhow"] = int(found.best[index]), int(found.worst[index])
                row["rating_lowest"], row["rating_highest"] = float(lowest[index]), float(highest[index])
    return Finding(
        "range",
        rows,
        {"ways": ways},
        [
            (
                f"Extremes over {ways} ways: three models of ties, the side or not, three priors; among the models "
                "with ranks. They say nothing about chance: the rank does, for one way."
            )
        ],
    )


def find_differences(comparisons: Comparisons, group: IntArray, names: Sequence[str], method: Method) -> Finding:
    """Return by how much each model is stronger in one group than in another, and whether groups differ at all.

    Raises
    ------
    ratings.command_line.parts.TooFewPartsError
        When fewer than two groups have votes enough to be compared.
    """
    parts = connected_parts(comparisons, group, names, method.cluster)
    fits = _fits(parts, method)
    rows: list[Row] = []
    for first, second in combinations(range(len(parts.names)), 2):
        found = compare_groups(fits, first, second, level=method.level)
        rows += [
            {
                "model": model,
                "group": parts.names[first],
                "less_group": parts.names[second],
                "difference": float(POINTS_PER_UNIT * found.difference[place]),
                "difference_lower": float(POINTS_PER_UNIT * found.lower[place]),
                "difference_upper": float(POINTS_PER_UNIT * found.upper[place]),
            }
            for place, model in enumerate(parts.comparisons.competitors)
        ]
    test = equality_test(fits, np.random.default_rng(method.seed))
    chance = f"p < {SURELY}" if test.p_value < SURELY else f"p = {test.p_value:.3f}"
    largest = f"{test.statistic:.1f} standard errors"
    return Finding(
        "differences",
        rows,
        {"largest_in_errors": test.statistic, "p_value": test.p_value, **parts.facts()},
        [
            (f"If the groups were the same, a largest difference of {largest} or more would come about with {chance}."),
            (
                f"Points, with {round(100 * method.level)} % intervals of each difference by itself; in each group the "
                "models average 1000."
            ),
            *parts.notes(),
        ],
    )


def find_criteria(comparisons: Comparisons, group: IntArray, names: Sequence[str], method: Method) -> Finding:
    """Return one order from the votes of several criteria, which rewards being good in all of them.

    Raises
    ------
    ratings.command_line.parts.TooFewPartsError
        As `find_differences`.
    """
    parts = connected_parts(comparisons, group, names, method.cluster)
    fits = _fits(parts, method)
    found = combine_criteria(fits, level=method.level)
    rows: list[Row] = [
        {
            "model": parts.comparisons.competitors[place],
            "score": float(found.scores[place]),
            "score_lower": float(found.lower[place]),
            "score_upper": float(found.upper[place]),
            "probability": float(found.probability[place]),
            **{
                f"rating_{name}": float(rating(fits.strengths[number])[place])
                for number, name in enumerate(parts.names)
            },
        }
        for place in np.argsort(-found.scores, kind="stable")
    ]
    return Finding(
        "criteria",
        rows,
        parts.facts(),
        [
            (
                f"score: sum of the logarithms of the chances to beat an average model in each criterion, with "
                f"{round(100 * method.level)} % intervals; probability: that of beating it in all."
            ),
            *parts.notes(),
        ],
    )


def _fits(parts: Parts, method: Method) -> PartFits:
    return fit_parts(parts.comparisons, parts.part, cluster=CLUSTERS[method.cluster], prior_precision=method.prior)


def _rated(row: RatingRow) -> Row:
    return {
        "model": row["model"],
        "component": row["component"],
        "rating": row["rating"],
        "rank_best": row["rank_best"],
        "rank_worst": row["rank_worst"],
    }


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)
