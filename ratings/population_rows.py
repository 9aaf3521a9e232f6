"""What is stored of a board weighted to a population, as plain JSON."""

from typing import TypedDict


class WeightedRating(TypedDict):
    """A model's rating by all raters and by the weighted ones, with the ends of its interval."""

    slug: str
    name: str
    whole: float
    rating: float
    lower: float
    upper: float


class JuryWelfare(TypedDict):
    """What the choices of many juries are worth to some people: the mean, the 5 % point, and the distribution.

    All are mean scores from 0 to 1; `points` go from the lowest to the highest in equal steps of probability.
    """

    mean: float
    low: float
    points: list[float]


class JuryRow(TypedDict):
    """Juries of one kind. `group` is empty for those drawn from everybody; then nobody is `outside`.

    `chosen` has the share of the juries that took each model. `dominated` says that juries of 100 drawn from everybody
    are better for everybody however one weighs risk.
    """

    field: str
    group: str
    size: int
    chosen: dict[str, float]
    everybody: JuryWelfare
    outside: JuryWelfare | None
    dominated: bool


class PopulationContent(TypedDict):
    """A board with the raters of a population weighted to it, each with one voice, and juries of these raters.

    `raters` and `others`, those who do not belong to it or did not say enough, are in tens, rounded down. `effective`
    is how many raters of equal weight would be as precise. `missing` is the share of the population, by what was asked,
    whose groups have no rater. `minimum` is how many people a figure must be about; with fewer nothing is told.
    """

    title: str
    source: str
    sha256: str
    level: float
    minimum: int
    raters: int
    others: int
    effective: int
    design_effect: float
    missing: dict[str, float]
    ratings: list[WeightedRating]
    juries: list[JuryRow]
