"""A published board once more under other models of ties, with the side, and with style."""

from collections.abc import Callable, Sequence

import numpy as np

from ratings.analysis_rows import SIDE, TIES, Coefficient, Ends, VariantContent, VariantRow
from ratings.board_settings import BoardSettings
from ratings.core.arrays import BoolArray, FloatArray
from ratings.core.comparisons import Comparisons
from ratings.core.regression import SIDE as FITTED_SIDE
from ratings.core.regression import RegressionFit, fit_regression
from ratings.core.regression_uncertainty import RegressionUncertainty, estimate_regression_uncertainty
from ratings.core.scale import POINTS_PER_UNIT, centred, rating
from ratings.snapshot_components import members_of
from ratings.snapshot_rows import SnapshotRow
from ratings.telling import telling_covariates
from ratings.variants import INTERVALS, Variant

Found = dict[str, RegressionUncertainty]
# From parameters of the fit to the numbers that are shown.
Scale = Callable[[FloatArray], FloatArray]


def compute_variant(
    comparisons: Comparisons, rows: Sequence[SnapshotRow], settings: BoardSettings, variant: Variant
) -> VariantContent:
    """Fit every component of a snapshot under `variant`, with both kinds of interval where the snapshot has any.

    Who is preliminary, and who has too few raters, is as in the snapshot: a variant answers what the model changes.

    Raises
    ------
    ratings.core.errors.RatingsError
        If a fit does not converge.
    """
    rated: dict[str, VariantRow] = {}
    coefficients: list[Coefficient] = []
    known = {row["slug"]: row for row in rows}
    parts = members_of(rows)
    for (number, slugs), rng in zip(parts.items(), np.random.default_rng(settings.seed).spawn(len(parts)), strict=True):
        among = comparisons.among([comparisons.competitors.index(slug) for slug in slugs])
        if variant.style:
            among = among.with_covariates(telling_covariates(among))
        preliminary = np.array([known[slug]["preliminary"] for slug in slugs])
        anchors = np.ones_like(preliminary) if preliminary.all() else ~preliminary
        fit = fit_regression(
            among,
            ties=variant.ties,
            covariates=variant.style,
            side=variant.side,
            prior_precision=settings.method.prior_precision,
        )
        found: Found = {}
        if any(known[slug]["rating_lower"] is not None for slug in slugs):
            found = _both_kinds(among, fit, settings, rng, anchors)
        rated |= {row["slug"]: row for row in _rows(fit, found, anchors, preliminary)}
        coefficients += [*_coefficients(fit, found, number), *_tie_share(fit, found, number)]
    return VariantContent(rows=[rated[row["slug"]] for row in rows if row["slug"] in rated], coefficients=coefficients)


def _both_kinds(
    comparisons: Comparisons, fit: RegressionFit, settings: BoardSettings, rng: np.random.Generator, anchors: BoolArray
) -> Found:
    return {
        kind: estimate_regression_uncertainty(
            comparisons,
            fit,
            rng=rng,
            method=kind,
            replicates=settings.method.replicates,
            level=settings.method.level,
            anchors=anchors,
        )
        for kind in INTERVALS
    }


def _rows(fit: RegressionFit, found: Found, anchors: BoolArray, preliminary: BoolArray) -> list[VariantRow]:
    points = rating(centred(fit.strengths, anchors))
    ends = {kind: _ends(uncertainty, len(points), preliminary) for kind, uncertainty in found.items()}
    return [
        VariantRow(
            slug=slug,
            rating=float(points[place]),
            intervals={kind: of_all[place] for kind, of_all in ends.items()},
        )
        for place, slug in enumerate(fit.competitors)
    ]


def _ends(uncertainty: RegressionUncertainty, size: int, preliminary: BoolArray) -> list[Ends]:
    ranks = uncertainty.ranks(~preliminary)
    place_of = {int(member): place for place, member in enumerate(np.flatnonzero(~preliminary))}
    lower, upper = rating(uncertainty.intervals.lower[:size]), rating(uncertainty.intervals.upper[:size])
    return [
        Ends(
            lower=float(lower[member]),
            upper=float(upper[member]),
            rank_best=int(ranks.best[place_of[member]]) if member in place_of else None,
            rank_worst=int(ranks.worst[place_of[member]]) if member in place_of else None,
        )
        for member in range(size)
    ]


def _coefficients(fit: RegressionFit, found: Found, number: int) -> list[Coefficient]:
    first = len(fit.competitors)
    return [
        Coefficient(
            component=number,
            name=SIDE if name == FITTED_SIDE else name,
            value=float(POINTS_PER_UNIT * fit.coefficients[place]),
            intervals=_intervals(found, first + place, lambda ends: POINTS_PER_UNIT * ends),
            standard_deviation=float(fit.scales[place]),
        )
        for place, name in enumerate(fit.coefficient_names)
    ]


def _tie_share(fit: RegressionFit, found: Found, number: int) -> list[Coefficient]:
    """Return how often equals tie, which is what the tie parameter means; nothing where there is no such parameter."""
    if fit.tie_parameter is None:
        return []

    def share(parameter: FloatArray) -> FloatArray:
        if fit.ties == "davidson":
            return np.asarray(1.0 / (1.0 + 2.0 * np.exp(-parameter)), dtype=np.float64)
        return np.tanh(0.5 * parameter)

    place = len(fit.parameters) - 1
    return [
        Coefficient(
            component=number,
            name=TIES,
            value=float(share(fit.parameters[place])),
            intervals=_intervals(found, place, share),
            standard_deviation=0.0,
        )
    ]


def _intervals(found: Found, place: int, scaled: Scale) -> dict[str, tuple[float, float]]:
    pairs = {kind: (each.intervals.lower[place], each.intervals.upper[place]) for kind, each in found.items()}
    return {kind: (float(scaled(lower)), float(scaled(upper))) for kind, (lower, upper) in pairs.items()}
