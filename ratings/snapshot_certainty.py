"""How sure a published board is, beyond intervals: who is best, on how little that rests, and under which choices."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ratings.analysis_rows import CertaintyContent, ComponentCertainty, Sureness, Tip
from ratings.board_settings import BoardSettings
from ratings.core.bradley_terry import BradleyTerryFit, fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.contrasts import least_detectable_gap, probability_of_best, rank_groups
from ratings.core.influence import find_tipping
from ratings.core.rank_range import RankRange, rank_range
from ratings.core.scale import POINTS_PER_UNIT, rating
from ratings.core.sequences import sequence_intervals
from ratings.core.uncertainty import Uncertainty, estimate_uncertainty
from ratings.snapshot_components import members_of
from ratings.snapshot_rows import SnapshotRow

# Intervals that hold at every look are tightest after so many raters. Fixed for all boards, before any vote.
PLANNED_RATERS = 300.0


def compute_certainty(
    comparisons: Comparisons, rows: Sequence[SnapshotRow], settings: BoardSettings
) -> CertaintyContent:
    """Judge every component of a snapshot that has ranks, among those of its competitors that are not preliminary.

    Raises
    ------
    ratings.core.errors.RatingsError
        If a fit does not converge.
    """
    ranked = [row for row in rows if row["rank_best"] is not None]
    parts = members_of(ranked)
    return CertaintyContent(
        components=[
            _judge(comparisons.among([comparisons.competitors.index(slug) for slug in slugs]), number, settings, rng)
            for (number, slugs), rng in zip(
                parts.items(), np.random.default_rng(settings.seed).spawn(len(parts)), strict=True
            )
            if len(slugs) > 1
        ]
    )


def _judge(
    comparisons: Comparisons, number: int, settings: BoardSettings, rng: np.random.Generator
) -> ComponentCertainty:
    method = settings.method
    fit = fit_bradley_terry(comparisons, prior_precision=method.prior_precision)
    uncertainty = estimate_uncertainty(
        comparisons,
        fit,
        rng=rng,
        method=method.interval,
        replicates=method.replicates,
        level=method.level,
    )
    first, second = np.argsort(-fit.strengths, kind="stable")[:2]
    gaps = least_detectable_gap(uncertainty.sandwich.covariance, level=method.level)
    ways = rank_range(comparisons)
    return ComponentCertainty(
        component=number,
        models=_models(comparisons.competitors, uncertainty, ways),
        gap=float(POINTS_PER_UNIT * gaps[first, second]),
        votes=_tip(comparisons, fit, "vote"),
        raters=_tip(comparisons, fit, "rater"),
        ways=len(ways.variants),
    )


def _models(slugs: Sequence[str], uncertainty: Uncertainty, ways: RankRange) -> list[Sureness]:
    best = probability_of_best(uncertainty.sample)
    groups = rank_groups(uncertainty.ranks())
    always = sequence_intervals(
        uncertainty.strengths,
        uncertainty.sandwich.covariance,
        uncertainty.sandwich.degrees + 1.0,
        PLANNED_RATERS,
        level=uncertainty.intervals.level,
    )
    lower, upper = rating(always.lower), rating(always.upper)
    lowest, highest = rating(ways.lowest), rating(ways.highest)
    return [
        Sureness(
            slug=slug,
            best=float(best[place]),
            lower=float(lower[place]),
            upper=float(upper[place]),
            group=int(groups[place]),
            rank_best_anyhow=int(ways.best[place]),
            rank_worst_anyhow=int(ways.worst[place]),
            rating_lowest_anyhow=float(lowest[place]),
            rating_highest_anyhow=float(highest[place]),
        )
        for place, slug in enumerate(slugs)
    ]


def _tip(comparisons: Comparisons, fit: BradleyTerryFit, of: Literal["vote", "rater"]) -> Tip:
    found = find_tipping(comparisons, fit, of=of)
    assert comparisons.rater is not None  # noqa: S101  a board's comparisons name their raters
    return Tip(
        challenger="" if found is None else comparisons.competitors[found.challenger],
        removed=0 if found is None else found.count,
        units=len(comparisons) if of == "vote" else len(np.unique(comparisons.rater)),
    )
