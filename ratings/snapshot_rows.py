"""What a snapshot stores, as plain JSON; pages read it without any of the mathematics that made it."""

from typing import NotRequired, TypedDict


class SnapshotRow(TypedDict):
    """One competitor. Numbers that the data cannot support are None; `component` counts from 0, the heaviest first."""

    slug: str
    name: str
    organisation: str
    licence: str
    component: int | None
    rating: float | None
    rating_lower: float | None
    rating_upper: float | None
    rank_best: int | None
    rank_worst: int | None
    preliminary: bool
    comparisons: float
    votes: int
    win_rate: float | None
    both_bad_rate: float | None


class SnapshotCell(TypedDict):
    """One pair that met: positions of both among the snapshot's rows, and how their votes ended, seen from `row`.

    `win_probability` is the one that the ratings of both say; it and its interval are missing without enough raters.
    """

    row: int
    column: int
    wins: float
    ties: float
    losses: float
    both_bad: int
    win_probability: NotRequired[float]
    win_lower: NotRequired[float]
    win_upper: NotRequired[float]


def turned(cell: SnapshotCell) -> SnapshotCell:
    """Return a pair seen from its column."""
    seen = SnapshotCell(
        row=cell["column"],
        column=cell["row"],
        wins=cell["losses"],
        ties=cell["ties"],
        losses=cell["wins"],
        both_bad=cell["both_bad"],
    )
    if "win_probability" in cell:
        seen["win_probability"] = 1.0 - cell["win_probability"]
        seen["win_lower"], seen["win_upper"] = 1.0 - cell["win_upper"], 1.0 - cell["win_lower"]
    return seen


class SnapshotComponent(TypedDict):
    """One connected component: how much was fitted, and how many raters are missing before it gets intervals."""

    competitors: list[str]
    comparisons: float
    raters: int
    missing_raters: int
    iterations: int
    gradient_norm: float
    replicates: int | None
    unconverged: int | None


class SnapshotWarning(TypedDict):
    """Something that readers must know; `code` is turned into a sentence where it is shown."""

    code: str
    count: int
