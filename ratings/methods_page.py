"""What the page on methods prints: numbers in force, formulas, and how well methods predicted later votes."""

from dataclasses import dataclass

from ratings.analysis_rows import BASELINE, VALIDATION, MethodScores
from ratings.board_settings import LARGE
from ratings.core.method import BoardMethod
from ratings.core.scale import POINTS_PER_UNIT, preferred_share
from ratings.formulas import Formula, formula_of
from ratings.models import Analysis
from ratings.variant_wording import name_method

SHOWN_ODDS = (0, 50, 100, 200, 400)


@dataclass(frozen=True, slots=True)
class ScoredMethod:
    """One line of the validation; the numbers as they are printed."""

    name: str
    log_loss: str
    brier: str
    calibration_error: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class Validation:
    """Predictions of the newest votes of a board from those before."""

    board: str
    slug: str
    kind: str
    number: int
    trained: int
    tested: int
    methods: tuple[ScoredMethod, ...]


@dataclass(frozen=True, slots=True)
class MethodsPage:
    """Numbers are those in force unless a board says others; boards of more than `large` comparisons have sandwiches.

    `validation` is None before there is any.
    """

    usual: BoardMethod
    percent: int
    large: str
    prior_points: int
    odds: tuple[tuple[int, int], ...]
    strengths: Formula
    features: Formula
    covariance: Formula
    residuals: Formula
    sequence: Formula
    validation: Validation | None


def methods_page() -> MethodsPage:
    """Return the page, with the validation of the first public board that has one. One query."""
    usual = BoardMethod()
    return MethodsPage(
        usual=usual,
        percent=round(100 * usual.level),
        large=f"{LARGE:,}",
        prior_points=round(POINTS_PER_UNIT / usual.prior_precision**0.5),
        odds=tuple((points, round(100 * preferred_share(points))) for points in SHOWN_ODDS),
        strengths=formula_of("bradley_terry", "fit_bradley_terry"),
        features=formula_of("regression", "fit_regression"),
        covariance=formula_of("sandwich", "estimate_sandwich"),
        residuals=formula_of("intransitivity", "goodness_of_fit"),
        sequence=formula_of("sequences", "sequence_reach"),
        validation=_validation(),
    )


def _validation() -> Validation | None:
    shown = Analysis.objects.filter(name=VALIDATION, leaderboard__is_public=True).exclude(content__methods=[])
    ordered = shown.order_by("leaderboard__position", "leaderboard__slug")
    found = ordered.select_related("leaderboard", "snapshot").defer("snapshot__rows", "snapshot__matrix").first()
    if found is None:
        return None
    methods: list[MethodScores] = found.content["methods"]
    best = min(each["log_loss"] for each in methods)
    return Validation(
        board=found.leaderboard.title,
        slug=found.leaderboard.slug,
        kind=found.leaderboard.kind,
        number=found.snapshot.number,
        trained=found.content["trained"],
        tested=found.content["tested"],
        methods=tuple(_scored(each, is_best=each["log_loss"] == best) for each in methods),
    )


def _scored(scores: MethodScores, *, is_best: bool) -> ScoredMethod:
    return ScoredMethod(
        name=name_method(None if scores["name"] == BASELINE else scores["name"]),
        log_loss=f"{scores['log_loss']:.4f}",
        brier=f"{scores['brier']:.4f}",
        calibration_error=f"{100 * scores['calibration_error']:.1f} %",
        is_best=is_best,
    )
