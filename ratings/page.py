"""A snapshot laid out for reading: rounded numbers, whiskers in drawing units."""

from collections.abc import Sequence
from dataclasses import dataclass

from ratings.snapshot_rows import SnapshotComponent, SnapshotRow
from ratings.wording import describe_missing_raters

WIDTH = 200.0
MARGIN = 8.0
# A chart of ratings that lie close together must not blow up their difference.
NARROWEST = 100.0
CENTRE = 1000.0


@dataclass(frozen=True, slots=True)
class Whisker:
    """Positions along a drawing 200 units wide; `lower` and `upper` are None without an interval."""

    point: float
    lower: float | None
    upper: float | None
    centre: float


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One rated competitor, in whole points and percent; None where the votes do not support a number."""

    slug: str
    name: str
    organisation: str
    licence: str
    rating: int
    lower: int | None
    upper: int | None
    rank_best: int | None
    rank_worst: int | None
    preliminary: bool
    votes: int
    win_percent: int | None
    both_bad_percent: int | None
    whisker: Whisker


@dataclass(frozen=True, slots=True)
class BoardGroup:
    """Competitors with a common scale. `missing` says why there are no intervals, and is empty when there are."""

    number: int
    rows: tuple[BoardRow, ...]
    raters: int
    comparisons: int
    missing: str
    axis_low: int
    axis_high: int

    @property
    def has_intervals(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class UnratedRow:
    """A competitor without any comparison."""

    name: str
    organisation: str
    votes: int
    both_bad_percent: int | None


def lay_out_groups(rows: Sequence[SnapshotRow], components: Sequence[SnapshotComponent]) -> tuple[BoardGroup, ...]:
    """Return one group per connected component, rows in the snapshot's order."""
    return tuple(
        _group(number, [row for row in rows if row["component"] == number], component)
        for number, component in enumerate(components)
    )


def lay_out_unrated(rows: Sequence[SnapshotRow]) -> tuple[UnratedRow, ...]:
    """Return the competitors that no comparison reached."""
    return tuple(
        UnratedRow(row["name"], row["organisation"], row["votes"], _percent(row["both_bad_rate"]))
        for row in rows
        if row["component"] is None
    )


def _group(number: int, rows: Sequence[SnapshotRow], component: SnapshotComponent) -> BoardGroup:
    low, high = _axis(rows)
    return BoardGroup(
        number=number + 1,
        rows=tuple(_row(row, low, high) for row in rows),
        raters=component["raters"],
        comparisons=round(component["comparisons"]),
        missing=describe_missing_raters(component["missing_raters"], component["raters"]),
        axis_low=round(low),
        axis_high=round(high),
    )


def _axis(rows: Sequence[SnapshotRow]) -> tuple[float, float]:
    """Return the range of ratings to draw: everything shown, the average, and never less than `NARROWEST`."""
    ends = [(row["rating"], row["rating_lower"], row["rating_upper"]) for row in rows]
    shown = [CENTRE, *(points for row in ends for points in row if points is not None)]
    return axis_over(shown)


def axis_over(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the ends of an axis that holds all numbers, at least `NARROWEST` apart."""
    low, high = min(numbers), max(numbers)
    slack = max(0.0, NARROWEST - (high - low)) / 2
    return low - slack, high + slack


def _row(row: SnapshotRow, low: float, high: float) -> BoardRow:
    points = row["rating"]
    assert points is not None  # noqa: S101  every member of a component is rated
    return BoardRow(
        slug=row["slug"],
        name=row["name"],
        organisation=row["organisation"],
        licence=row["licence"],
        rating=round(points),
        lower=_whole(row["rating_lower"]),
        upper=_whole(row["rating_upper"]),
        rank_best=row["rank_best"],
        rank_worst=row["rank_worst"],
        preliminary=row["preliminary"],
        votes=row["votes"],
        win_percent=_percent(row["win_rate"]),
        both_bad_percent=_percent(row["both_bad_rate"]),
        whisker=place_whisker(points, (row["rating_lower"], row["rating_upper"]), (low, high), centre=CENTRE),
    )


def place_whisker(
    point: float, ends: tuple[float | None, float | None], axis: tuple[float, float], *, centre: float
) -> Whisker:
    """Return where a number and the ends of its interval stand in a drawing from `axis[0]` to `axis[1]`."""
    lower, upper = (None if end is None else _place(end, *axis) for end in ends)
    return Whisker(_place(point, *axis), lower, upper, _place(centre, *axis))


def _place(points: float, low: float, high: float) -> float:
    return round(MARGIN + (WIDTH - 2 * MARGIN) * (points - low) / (high - low), 1)


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)


def _percent(share: float | None) -> int | None:
    return None if share is None else round(100 * share)
