"""Reads the pages of a board that is weighted to populations, and of juries of their raters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ratings.drawing import short
from ratings.matrix import MINUS
from ratings.models import Leaderboard, PopulationFigures
from ratings.population_rows import JuryRow, JuryWelfare, PopulationContent, WeightedRating
from ratings.selectors import public_boards

WIDTH, HEIGHT, EDGE = 240, 32, 4


@dataclass(frozen=True, slots=True)
class RatingLine:
    """A model's rating by all raters and by the weighted ones, in whole points."""

    name: str
    whole: int
    rating: int
    lower: int
    upper: int

    @property
    def change(self) -> str:
        return f"{self.rating - self.whole:+d}".replace("-", MINUS)


@dataclass(frozen=True, slots=True)
class Worth:
    """What the choices of juries are worth to some people, in percent, and how that is spread, as points of an SVG."""

    mean: str
    low: str
    points: str
    mean_at: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class JuryLine:
    """Juries of one kind in words, with the model that most of them took."""

    words: str
    favourite: str
    percent: int
    everybody: Worth
    outside: Worth | None
    dominated: bool


@dataclass(frozen=True, slots=True)
class PopulationBoard:
    """A board weighted to one population; without lines where too few raters stand for it.

    `missing` has what was asked, and the percentage of the population in groups without a rater.
    """

    name: str
    title: str
    source: str
    taken_at: datetime
    raters: int
    others: int
    effective: int
    design_effect: str
    level: int
    missing: tuple[tuple[str, int], ...]
    ratings: tuple[RatingLine, ...]
    juries: tuple[JuryLine, ...]
    worth_low: int
    worth_high: int


@dataclass(frozen=True, slots=True)
class PopulationPage:
    """The populations of a board by name and title. `chosen` is the one that is shown, None where there is none."""

    slug: str
    title: str
    kind: str
    names: tuple[tuple[str, str], ...]
    chosen: PopulationBoard | None


def population_page(slug: str, name: str | None) -> PopulationPage:
    """Return a public board weighted to the population `name`, or else to the first. Two queries.

    Raises
    ------
    Leaderboard.DoesNotExist
        When there is no such board, it is not public, or it has no population of this name.
    """
    board = public_boards().get(slug=slug)
    figures = list(board.populations.order_by("slug").defer("shown"))
    shown = next((row for row in figures if name in {None, row.slug}), None)
    if name is not None and shown is None:
        raise Leaderboard.DoesNotExist
    return PopulationPage(
        slug=board.slug,
        title=board.title,
        kind=board.kind,
        names=tuple((row.slug, row.content["title"]) for row in figures),
        chosen=_board(shown) if shown else None,
    )


def population_content(slug: str, name: str) -> PopulationContent:
    """Return the figures of a public board for one population, as they are stored. One query.

    Raises
    ------
    PopulationFigures.DoesNotExist
        When there is no such board, it is not public, or it has no population of this name.
    """
    shown = PopulationFigures.objects.filter(leaderboard__in=public_boards(), leaderboard__slug=slug)
    content: PopulationContent = shown.get(slug=name).content
    return content


def _board(figures: PopulationFigures) -> PopulationBoard:
    content: PopulationContent = figures.content
    names = {row["slug"]: row["name"] for row in content["ratings"]}
    low, high = _range(content["juries"])
    return PopulationBoard(
        name=figures.slug,
        title=content["title"],
        source=content["source"],
        taken_at=figures.taken_at,
        raters=content["raters"],
        others=content["others"],
        effective=content["effective"],
        design_effect=f"{content['design_effect']:.1f}",
        level=round(100 * content["level"]),
        missing=tuple((title, round(100 * share)) for title, share in content["missing"].items()),
        ratings=tuple(_rating_line(row) for row in content["ratings"]),
        juries=tuple(_jury_line(row, names, low, high) for row in content["juries"]),
        worth_low=round(100 * low),
        worth_high=round(100 * high),
    )


def _rating_line(row: WeightedRating) -> RatingLine:
    return RatingLine(
        row["name"], *(round(number) for number in (row["whole"], row["rating"], row["lower"], row["upper"]))
    )


def _range(rows: Sequence[JuryRow]) -> tuple[float, float]:
    told = [worth for row in rows for worth in (row["everybody"], row["outside"]) if worth is not None]
    values = [value for worth in told for value in worth["points"]]
    return (min(values), max(values)) if values else (0.0, 1.0)


def _jury_line(row: JuryRow, names: Mapping[str, str], low: float, high: float) -> JuryLine:
    favourite, share = max(row["chosen"].items(), key=lambda item: item[1])
    return JuryLine(
        words=_words(row),
        favourite=names.get(favourite, favourite),
        percent=round(100 * share),
        everybody=_worth(row["everybody"], low, high),
        outside=_worth(row["outside"], low, high) if row["outside"] else None,
        dominated=row["dominated"],
    )


def _words(row: JuryRow) -> str:
    if not row["group"]:
        return _("%(size)s of everybody") % {"size": row["size"]}
    return _("%(size)s who answered “%(group)s” to: %(field)s") % {
        "size": row["size"],
        "group": row["group"],
        "field": row["field"],
    }


def _worth(worth: JuryWelfare, low: float, high: float) -> Worth:
    spread, steps = max(high - low, 1e-9), len(worth["points"]) - 1

    def across(value: float) -> str:
        return short(EDGE + (WIDTH - 2 * EDGE) * (value - low) / spread)

    heights = (HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * step / steps for step in range(steps + 1))
    return Worth(
        mean=f"{100 * worth['mean']:.1f}",
        low=f"{100 * worth['low']:.1f}",
        points=" ".join(f"{across(value)},{short(up)}" for value, up in zip(worth["points"], heights, strict=True)),
        mean_at=across(worth["mean"]),
    )
