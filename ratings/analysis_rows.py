"""What is stored beside a snapshot, as plain JSON: pages read it without any of the mathematics that made it."""

from typing import TypedDict

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
