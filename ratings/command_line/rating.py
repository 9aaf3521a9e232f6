"""From votes to a rated board, by the options of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

import numpy as np

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.components import find_components
from ratings.core.errors import MissingColumnError
from ratings.core.method import BoardMethod, IntervalMethod, Ties
from ratings.core.pairs import count_pairs
from ratings.core.rates import appearances, both_bad_rate, rater_counts, win_rate
from ratings.core.regression import fit_regression
from ratings.core.regression_uncertainty import estimate_regression_uncertainty
from ratings.core.scale import POINTS_PER_UNIT, centred, rating
from ratings.core.uncertainty import estimate_uncertainty
from ratings.core.weights import effective_sample_size

if TYPE_CHECKING:
    from ratings.core.arrays import BoolArray, FloatArray, IntArray
    from ratings.core.comparisons import Comparisons
    from ratings.core.intervals import Intervals
    from ratings.core.pairs import PairCounts
    from ratings.core.ranks import RankBounds
    from ratings.core.resampling import Cluster

ClusterOption = Literal["voter", "context", "both", "none"]
CLUSTERS: dict[ClusterOption, Cluster] = {"voter": "rater", "context": "prompt", "both": "two-way", "none": "vote"}
# Below this many independent units nothing can be said about others; as on the boards.
FEWEST_UNITS = BoardMethod().minimum_raters


@dataclass(frozen=True, slots=True)
class Method:
    """The choices behind a table; see `parallax rate --help`."""

    ties: Ties
    cluster: ClusterOption
    interval: IntervalMethod
    replicates: int
    level: float
    seed: int
    prior: float
    covariates: tuple[str, ...]
    side: bool


class RatingRow(TypedDict):
    """One model. Numbers that the votes cannot support are None."""

    model: str
    component: int | None
    rating: float | None
    rating_lower: float | None
    rating_upper: float | None
    rating_raw: float | None
    rank_best: int | None
    rank_worst: int | None
    preliminary: bool
    n_votes: int
    n_comparisons: float
    n_voters: int | None
    win_rate: float | None
    both_bad_rate: float | None


class CoefficientRow(TypedDict):
    """What a covariate is worth, in rating points for one standard deviation, in one component."""

    component: int
    name: str
    points: float
    points_lower: float | None
    points_upper: float | None
    standard_deviation: float


class ComponentRow(TypedDict):
    """How one component was fitted."""

    models: int
    comparisons: float
    units: int
    missing_units: int
    iterations: int
    gradient_norm: float
    converged: bool
    tie_parameter: float | None
    replicates: int | None
    unconverged: int | None


@dataclass(frozen=True, slots=True)
class RatedTable:
    """Rows, best first within each component, with what is needed to judge them."""

    rows: list[RatingRow]
    coefficients: list[CoefficientRow]
    components: list[ComponentRow]
    comparisons: int
    effective_sample_size: float
    rows_read: int
    rows_excluded: int


@dataclass(frozen=True, eq=False, slots=True)
class Ballots:
    """What a table is made from: comparisons, or only their counts, and the votes beside them."""

    pairs: PairCounts
    comparisons: Comparisons | None
    both_bad: IntArray
    judged: IntArray
    rows_read: int
    rows_excluded: int


@dataclass(frozen=True, eq=False, slots=True)
class _Rated:
    strengths: FloatArray
    raw: FloatArray | None
    intervals: Intervals | None
    ranks: RankBounds | None
    coefficients: list[CoefficientRow]
    description: ComponentRow


def rate_ballots(ballots: Ballots, method: Method) -> RatedTable:
    """Fit every connected component by itself, the heaviest first, and lay out its models.

    Raises
    ------
    RatingsError
        If the votes lack a column that the method needs, or a fit does not converge.
    """
    groups = find_components(ballots.pairs)
    rows: list[RatingRow] = []
    coefficients: list[CoefficientRow] = []
    components: list[ComponentRow] = []
    streams = np.random.default_rng(method.seed).spawn(len(groups))
    blank = _blank_rows(ballots)
    for members, rng in zip(groups, streams, strict=True):
        if len(members) == 1:
            continue
        preliminary = np.array([blank[member]["preliminary"] for member in members])
        rated = _rate_component(ballots, members, preliminary, method, rng)
        number = len(components)
        rows += _filled([blank[member] for member in members], rated, number, preliminary)
        coefficients += [{**row, "component": number} for row in rated.coefficients]
        components.append(rated.description)
    rated_models = {row["model"] for row in rows}
    rows += [row for row in blank if row["model"] not in rated_models]
    weights = ballots.comparisons.weights if ballots.comparisons is not None else np.ones(1)
    total = float(ballots.pairs.total.sum())
    return RatedTable(
        rows=rows,
        coefficients=coefficients,
        components=components,
        comparisons=round(total) if ballots.comparisons is None else len(ballots.comparisons),
        effective_sample_size=total if ballots.comparisons is None else effective_sample_size(weights),
        rows_read=ballots.rows_read,
        rows_excluded=ballots.rows_excluded,
    )


def _blank_rows(ballots: Ballots) -> list[RatingRow]:
    played, won = appearances(ballots.pairs), win_rate(ballots.pairs)
    bad = both_bad_rate(ballots.both_bad, ballots.judged)
    voters: IntArray | None = None
    if ballots.comparisons is not None and ballots.comparisons.rater is not None:
        voters, _ = rater_counts(ballots.comparisons)
    few = played < BoardMethod().established_comparisons
    if voters is not None:
        few |= voters < BoardMethod().established_raters
    return [
        RatingRow(
            model=name,
            component=None,
            rating=None,
            rating_lower=None,
            rating_upper=None,
            rating_raw=None,
            rank_best=None,
            rank_worst=None,
            preliminary=bool(few[index]),
            n_votes=int(ballots.judged[index]),
            n_comparisons=float(played[index]),
            n_voters=None if voters is None else int(voters[index]),
            win_rate=_known(won[index]),
            both_bad_rate=_known(bad[index]),
        )
        for index, name in enumerate(ballots.pairs.competitors)
    ]


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _rate_component(
    ballots: Ballots, members: IntArray, preliminary: BoolArray, method: Method, rng: np.random.Generator
) -> _Rated:
    anchors = np.ones_like(preliminary) if preliminary.all() else ~preliminary
    comparisons = None if ballots.comparisons is None else ballots.comparisons.among(members)
    if comparisons is not None and (method.ties != "half" or method.covariates or method.side):
        return _rate_regression(comparisons, preliminary, anchors, method, rng)
    return _rate_pairs(ballots, members, comparisons, preliminary, anchors, method, rng)


def _rate_pairs(  # noqa: PLR0913, PLR0917  the two sources of a plain fit
    ballots: Ballots,
    members: IntArray,
    comparisons: Comparisons | None,
    preliminary: BoolArray,
    anchors: BoolArray,
    method: Method,
    rng: np.random.Generator,
) -> _Rated:
    pairs = count_pairs(comparisons) if comparisons is not None else ballots.pairs.among(members)
    fit = fit_bradley_terry(pairs, prior_precision=method.prior)
    cluster = CLUSTERS[method.cluster]
    units = count_units(comparisons, pairs, method.cluster)
    intervals = ranks = draws = None
    if units >= FEWEST_UNITS:
        uncertainty = estimate_uncertainty(
            comparisons if comparisons is not None else pairs,
            fit,
            rng=rng,
            method=method.interval,
            cluster=cluster,
            replicates=method.replicates,
            level=method.level,
            anchors=anchors,
        )
        intervals, ranks, draws = uncertainty.intervals, uncertainty.ranks(~preliminary), uncertainty.draws
    description = ComponentRow(
        models=len(members),
        comparisons=float(pairs.total.sum()),
        units=units,
        missing_units=max(FEWEST_UNITS - units, 0),
        iterations=fit.iterations,
        gradient_norm=fit.gradient_norm,
        converged=fit.converged,
        tie_parameter=None,
        replicates=None if draws is None else len(draws.strengths),
        unconverged=None if draws is None else draws.unconverged,
    )
    return _Rated(centred(fit.strengths, anchors), None, intervals, ranks, [], description)


def _rate_regression(
    comparisons: Comparisons, preliminary: BoolArray, anchors: BoolArray, method: Method, rng: np.random.Generator
) -> _Rated:
    cluster = CLUSTERS[method.cluster]
    if cluster == "two-way":
        raise MissingColumnError("Two-way clusters go with ties as half wins and without covariates or side only")
    fit = fit_regression(
        comparisons,
        ties=method.ties,
        covariates=bool(method.covariates),
        side=method.side,
        prior_precision=method.prior,
    )
    size, units = len(fit.competitors), count_units(comparisons, None, method.cluster)
    intervals = ranks = None
    lower: FloatArray | None = None
    upper: FloatArray | None = None
    if units >= FEWEST_UNITS:
        found = estimate_regression_uncertainty(
            comparisons,
            fit,
            rng=rng,
            method=method.interval,
            cluster=cluster,
            replicates=method.replicates,
            level=method.level,
            anchors=anchors,
        )
        intervals, lower, upper = found.intervals, found.intervals.lower[size:], found.intervals.upper[size:]
        ranks = found.ranks(~preliminary)
    coefficients = [
        CoefficientRow(
            component=0,
            name=name,
            points=float(POINTS_PER_UNIT * fit.coefficients[index]),
            points_lower=None if lower is None else float(POINTS_PER_UNIT * lower[index]),
            points_upper=None if upper is None else float(POINTS_PER_UNIT * upper[index]),
            standard_deviation=float(fit.scales[index]),
        )
        for index, name in enumerate(fit.coefficient_names)
    ]
    description = ComponentRow(
        models=size,
        comparisons=float(comparisons.weights.sum()),
        units=units,
        missing_units=max(FEWEST_UNITS - units, 0),
        iterations=fit.iterations,
        gradient_norm=fit.gradient_norm,
        converged=fit.converged,
        tie_parameter=fit.tie_parameter,
        replicates=method.replicates if method.interval == "bootstrap" and intervals is not None else None,
        unconverged=0 if method.interval == "bootstrap" and intervals is not None else None,
    )
    raw = centred(fit_bradley_terry(comparisons, prior_precision=method.prior).strengths, anchors)
    return _Rated(centred(fit.strengths, anchors), raw, intervals, ranks, coefficients, description)


def count_units(comparisons: Comparisons | None, pairs: PairCounts | None, cluster: ClusterOption) -> int:
    """Return how many independent units cast the votes.

    Raises
    ------
    MissingColumnError
        If the comparisons lack the column that says so.
    """
    if comparisons is None:
        return round(float(pairs.total.sum())) if pairs is not None else 0
    used = comparisons.weights > 0
    columns = {"voter": [comparisons.rater], "context": [comparisons.prompt], "none": []}
    wanted = columns.get(cluster, [comparisons.rater, comparisons.prompt])
    if any(column is None for column in wanted):
        name = "voter" if comparisons.rater is None and cluster != "context" else "context"
        raise MissingColumnError(f"The file has no column {name}; choose another --cluster")
    return min((len(np.unique(column[used])) for column in wanted if column is not None), default=int(used.sum()))


def _filled(blank: list[RatingRow], rated: _Rated, number: int, preliminary: BoolArray) -> list[RatingRow]:
    """Return rows with numbers, established models first, the best first."""
    ratings = rating(rated.strengths)
    raw = None if rated.raw is None else rating(rated.raw)
    rank_of = {int(member): place for place, member in enumerate(np.flatnonzero(~preliminary))}
    for index, row in enumerate(blank):
        row["component"], row["rating"] = number, float(ratings[index])
        if raw is not None:
            row["rating_raw"] = float(raw[index])
        if rated.intervals is not None:
            row["rating_lower"] = float(rating(rated.intervals.lower[index : index + 1])[0])
            row["rating_upper"] = float(rating(rated.intervals.upper[index : index + 1])[0])
        if rated.ranks is not None and index in rank_of:
            row["rank_best"] = int(rated.ranks.best[rank_of[index]])
            row["rank_worst"] = int(rated.ranks.worst[rank_of[index]])
    return sorted(blank, key=lambda row: (row["preliminary"], -(row["rating"] or 0.0), row["model"]))
