"""A variant laid out for reading: the board with its numbers, and what it changes against the board itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from ratings.analysis_rows import TIES, Coefficient, VariantContent, VariantRow
from ratings.core.method import IntervalMethod
from ratings.matrix import MINUS
from ratings.snapshot_rows import SnapshotRow
from ratings.variant_wording import describe_coefficient, describe_ranks


@dataclass(frozen=True, slots=True)
class CoefficientLine:
    """One coefficient in words, with its value and interval in the unit that the words name."""

    words: str
    value: str
    interval: str
    chance: bool


@dataclass(frozen=True, slots=True)
class MovedRow:
    """A competitor whose rank bounds differ from those of the board itself."""

    name: str
    before: tuple[int, int]
    after: tuple[int, int]

    @property
    def before_words(self) -> str:
        return describe_ranks(*self.before)

    @property
    def after_words(self) -> str:
        return describe_ranks(*self.after)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a variant changes.

    `largest` is who moves by most points, and how far; `tieless` says that ties were asked to be modelled and that
    there are none. `ranked` is false where raters are too few for ranks, so that none can move.
    """

    coefficients: tuple[CoefficientLine, ...]
    moved: tuple[MovedRow, ...]
    largest: tuple[str, int] | None
    tieless: bool
    ranked: bool


def vary_rows(rows: Sequence[SnapshotRow], content: VariantContent, interval: IntervalMethod) -> list[SnapshotRow]:
    """Return the rows of a snapshot with a variant's numbers, each component in its new order."""
    varied = {row["slug"]: row for row in content["rows"]}
    changed = [_varied(row, varied.get(row["slug"]), interval) for row in rows]
    # Sorting is stable, so who has no rating stays where it was: behind everybody, in the snapshot's order.
    return sorted(changed, key=_order)


def lay_out_changes(
    before: Sequence[SnapshotRow],
    after: Sequence[SnapshotRow],
    content: VariantContent,
    interval: IntervalMethod,
    *,
    ties_modelled: bool,
) -> Changes:
    """Compare the rows of a snapshot with those of `vary_rows`."""
    old = {row["slug"]: row for row in before}
    shifts = [(row["name"], _shift(old[row["slug"]], row)) for row in after if row["rating"] is not None]
    lines = [_line(each, interval) for each in content["coefficients"]]
    names = {each["name"] for each in content["coefficients"]}
    return Changes(
        coefficients=tuple(lines),
        moved=tuple(moved for row in after if (moved := _moved(old[row["slug"]], row)) is not None),
        largest=max(shifts, key=lambda shift: abs(shift[1]), default=None),
        tieless=ties_modelled and TIES not in names,
        ranked=any(row["rank_best"] is not None for row in after),
    )


def _varied(row: SnapshotRow, varied: VariantRow | None, interval: IntervalMethod) -> SnapshotRow:
    if varied is None:
        return row
    ends = varied["intervals"].get(interval)
    return cast(
        "SnapshotRow",
        {
            **row,
            "rating": varied["rating"],
            "rating_lower": ends and ends["lower"],
            "rating_upper": ends and ends["upper"],
            "rank_best": ends and ends["rank_best"],
            "rank_worst": ends and ends["rank_worst"],
        },
    )


def _order(row: SnapshotRow) -> tuple[float, bool, float]:
    if row["component"] is None or row["rating"] is None:
        return (float("inf"), True, 0.0)
    return (row["component"], row["preliminary"], -row["rating"])


def _shift(before: SnapshotRow, after: SnapshotRow) -> int:
    return round(after["rating"] or 0.0) - round(before["rating"] or 0.0)


def _moved(before: SnapshotRow, after: SnapshotRow) -> MovedRow | None:
    old, new = (before["rank_best"], before["rank_worst"]), (after["rank_best"], after["rank_worst"])
    if None in (*old, *new) or old == new:
        return None
    ranks = cast("tuple[tuple[int, int], tuple[int, int]]", (old, new))
    return MovedRow(after["name"], *ranks)


def _line(coefficient: Coefficient, interval: IntervalMethod) -> CoefficientLine:
    ends = coefficient["intervals"].get(interval)
    share = coefficient["name"] == TIES
    written = _percent if share else _points
    return CoefficientLine(
        words=describe_coefficient(coefficient["name"], coefficient["standard_deviation"]),
        value=written(coefficient["value"]),
        interval="" if ends is None else f"{written(ends[0])} … {written(ends[1])}",
        chance=not share and ends is not None and ends[0] <= 0.0 <= ends[1],
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _points(points: float) -> str:
    return f"{points:+.0f}".replace("-", MINUS)
