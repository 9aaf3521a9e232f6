"""What is stored beside a snapshot, as plain JSON: pages read it without any of the mathematics that made it."""

from typing import TypedDict

# Names of analyses; those of variants are their keys.
FIT, CERTAINTY, VALIDATION = "fit", "certainty", "validation"
# The prediction that ignores who meets whom.
BASELINE = "baseline"
# Names of coefficients that are no differences in style.
SIDE, TIES = "side_a", "ties"


class Ends(TypedDict):
    """Where an interval ends, and the ranks that it comes with; ranks are None for a preliminary competitor."""

    lower: float
    upper: float
    rank_best: int | None
    rank_worst: int | None


class VariantRow(TypedDict):
    """One rated competitor under a variant; `intervals` by method, empty where raters are too few."""

    slug: str
    rating: float
    intervals: dict[str, Ends]


class Coefficient(TypedDict):
    """What else decides votes in one component, with intervals (lower, upper) by method.

    `value` is in rating points: for `SIDE`, what being shown first is worth; for a difference in style, what one
    `standard_deviation` of it is worth. For `TIES` it is the share of ties between equals, and the latter is 0.
    """

    component: int
    name: str
    value: float
    intervals: dict[str, tuple[float, float]]
    standard_deviation: float


class VariantContent(TypedDict):
    """A board under one variant, rows in the order of the snapshot."""

    rows: list[VariantRow]
    coefficients: list[Coefficient]


class ComponentFit(TypedDict):
    """How far the votes of one component are from what its ratings say.

    `misfit` is by how much true shares of wins typically differ from those of the ratings, beyond chance, with an
    interval. `cycles` is the share of circles among `triples`, groups of three that all met; chance alone would give
    one between `chance_lower` and `chance_upper`.
    """

    component: int
    statistic: float
    degrees: int
    p_value: float
    misfit: float
    misfit_lower: float
    misfit_upper: float
    cycles: float
    triples: int
    chance_lower: float
    chance_upper: float


class FitContent(TypedDict):
    """How well one number for each competitor describes the votes.

    `residuals` are (row, column, standard errors by which the row won more than its rating says), by positions in the
    snapshot's rows.
    """

    components: list[ComponentFit]
    residuals: list[tuple[int, int, float]]


class Sureness(TypedDict):
    """What one competitor that is not preliminary can hope for.

    `best` is the share of draws in which it is the strongest; `lower` and `upper` hold at every look; `group` counts
    from 1; ranks and ratings "anyhow" are the extremes over reasonable ways to compute the board.
    """

    slug: str
    best: float
    lower: float
    upper: float
    group: int
    rank_best_anyhow: int
    rank_worst_anyhow: int
    rating_lowest_anyhow: float
    rating_highest_anyhow: float


class Tip(TypedDict):
    """How few votes or raters decide who is first: without `removed` of `units`, `challenger` is.

    `challenger` is empty where leaving out even half of them does not do it.
    """

    challenger: str
    removed: int
    units: int


class ComponentCertainty(TypedDict):
    """How sure one component's board is.

    `gap` is the difference in points between the first two that votes like these would show four times out of five;
    `ways` is how many ways to compute the board "anyhow" compares.
    """

    component: int
    models: list[Sureness]
    gap: float
    votes: Tip
    raters: Tip
    ways: int


class CertaintyContent(TypedDict):
    """How sure a board is; components without intervals are left out."""

    components: list[ComponentCertainty]


class MethodScores(TypedDict):
    """How well one way to compute a board predicted later votes; `name` is that of a variant, or `BASELINE`."""

    name: str
    log_loss: float
    brier: float
    calibration_error: float


class ValidationContent(TypedDict):
    """Predictions of the newest votes from those before them; without `methods` where votes are too few."""

    trained: int
    tested: int
    methods: list[MethodScores]
