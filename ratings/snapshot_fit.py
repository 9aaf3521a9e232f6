"""How well a published board describes its votes: residuals of pairs, and circles."""

from collections.abc import Sequence

import numpy as np

from ratings.analysis_rows import ComponentFit, FitContent
from ratings.board_settings import BoardSettings
from ratings.core.bradley_terry import BradleyTerryFit, fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.intransitivity import GoodnessOfFit, cycle_share, cycle_test, goodness_of_fit
from ratings.snapshot_components import members_of
from ratings.snapshot_rows import SnapshotRow


def compute_fit(comparisons: Comparisons, rows: Sequence[SnapshotRow], settings: BoardSettings) -> FitContent:
    """Judge every component of a snapshot that was computed from `comparisons`.

    Raises
    ------
    ratings.core.errors.RatingsError
        If a fit does not converge.
    """
    place = {row["slug"]: position for position, row in enumerate(rows)}
    content = FitContent(components=[], residuals=[])
    parts = members_of(rows)
    for (number, slugs), rng in zip(parts.items(), np.random.default_rng(settings.seed).spawn(len(parts)), strict=True):
        among = comparisons.among([comparisons.competitors.index(slug) for slug in slugs])
        fit = fit_bradley_terry(among, prior_precision=settings.method.prior_precision)
        found = goodness_of_fit(fit, level=settings.method.level)
        content["components"].append(_judge(fit, found, number, rng, settings.method.level))
        content["residuals"] += _residuals(fit, found, place)
    content["residuals"].sort()
    return content


def _judge(
    fit: BradleyTerryFit, found: GoodnessOfFit, number: int, rng: np.random.Generator, level: float
) -> ComponentFit:
    observed, by_chance = cycle_test(fit, rng)
    lower, upper = np.quantile(by_chance, [0.5 * (1.0 - level), 0.5 * (1.0 + level)])
    return ComponentFit(
        component=number,
        statistic=found.statistic,
        degrees=found.degrees,
        p_value=found.p_value,
        misfit=found.misfit,
        misfit_lower=found.misfit_lower,
        misfit_upper=found.misfit_upper,
        cycles=observed,
        triples=cycle_share(fit.pairs)[1],
        chance_lower=float(lower),
        chance_upper=float(upper),
    )


def _residuals(fit: BradleyTerryFit, judged: GoodnessOfFit, place: dict[str, int]) -> list[tuple[int, int, float]]:
    """Return them with the competitor that stands higher as the row."""
    found = []
    for low, high, residual in zip(fit.pairs.low, fit.pairs.high, judged.residuals, strict=True):
        row, column = place[fit.competitors[low]], place[fit.competitors[high]]
        found.append((row, column, float(residual)) if row < column else (column, row, -float(residual)))
    return found
