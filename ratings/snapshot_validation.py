"""How well each way to compute a board predicts votes that it has not seen: the newest ones from those before them."""

from collections.abc import Sequence

import numpy as np

from ratings.analysis_rows import BASELINE, MethodScores, ValidationContent
from ratings.board_settings import BoardSettings
from ratings.core.arrays import FloatArray
from ratings.core.comparisons import Comparisons
from ratings.core.components import find_components
from ratings.core.errors import NotConvergedError
from ratings.core.pairs import count_pairs
from ratings.core.prediction import predict_outcomes
from ratings.core.regression import fit_regression
from ratings.core.validation import score_predictions
from ratings.snapshot_components import members_of
from ratings.snapshot_rows import SnapshotRow
from ratings.telling import telling_covariates
from ratings.variants import Variant, all_variants

HELD_OUT = 0.2
# With fewer votes to predict, methods differ by luck.
FEWEST = 50


def compute_validation(
    comparisons: Comparisons, rows: Sequence[SnapshotRow], settings: BoardSettings
) -> ValidationContent:
    """Fit every variant to the earlier votes of the heaviest component and score its predictions of the later ones.

    Votes are in the order of their times, or as they come when they have none; a source hands them over as cast. Later
    votes on competitors that the earlier ones do not connect are left out.

    Raises
    ------
    ratings.core.errors.RatingsError
        If a fit does not converge.
    """
    slugs = members_of(rows)[0]
    earlier, later = _split(comparisons.among([comparisons.competitors.index(slug) for slug in slugs]))
    telling = telling_covariates(earlier)
    earlier, later = earlier.with_covariates(telling), later.with_covariates(telling)
    if len(later) < FEWEST:
        return ValidationContent(trained=len(earlier), tested=len(later), methods=[])
    methods = [_scores(BASELINE, _shares(earlier, len(later)), later)]
    for variant in all_variants(styled=earlier.covariates is not None):
        predicted = _predictions(variant, earlier, later, settings)
        if predicted is not None:
            methods.append(_scores(variant.key, predicted, later))
    return ValidationContent(trained=len(earlier), tested=len(later), methods=methods)


def _predictions(
    variant: Variant, earlier: Comparisons, later: Comparisons, settings: BoardSettings
) -> FloatArray | None:
    """Return what a variant of the earlier votes says of the later ones; None where they cannot tell its measures."""
    try:
        fit = fit_regression(
            earlier,
            ties=variant.ties,
            covariates=variant.style,
            side=variant.side,
            prior_precision=settings.method.prior_precision,
        )
    except NotConvergedError:
        if variant.style:
            return None
        raise
    return predict_outcomes(fit, later)


def _split(comparisons: Comparisons) -> tuple[Comparisons, Comparisons]:
    cast = np.arange(len(comparisons)) if comparisons.time is None else np.argsort(comparisons.time, kind="stable")
    cut = round((1.0 - HELD_OUT) * len(cast))
    earlier, later = comparisons.select(cast[:cut]), comparisons.select(cast[cut:])
    known = sorted(int(member) for member in find_components(count_pairs(earlier))[0])
    return earlier.among(known), later.among(known)


def _shares(earlier: Comparisons, count: int) -> FloatArray:
    """Return (count, 3): how often B won, nobody, and A, among the earlier votes, whoever met."""
    happened = np.bincount(np.rint(2 * earlier.outcome).astype(np.intp), minlength=3) / len(earlier)
    return np.tile(happened, (count, 1))


def _scores(name: str, probabilities: FloatArray, later: Comparisons) -> MethodScores:
    found = score_predictions(probabilities, later.outcome)
    return MethodScores(
        name=name, log_loss=found.log_loss, brier=found.brier, calibration_error=found.calibration_error
    )
