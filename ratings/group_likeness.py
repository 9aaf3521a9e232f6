"""How alike groups rate, as a square: a row and a column for each group."""

from collections.abc import Sequence
from dataclasses import dataclass

from ratings.group_rows import Estimate, GroupContent
from ratings.matrix import MINUS

# From so much likeness on a cell gets its first, second and third shade.
SHADES = (0.5, 0.8, 0.95)


@dataclass(frozen=True, slots=True)
class LikenessCell:
    """The correlation of two groups with its interval, as written; empty for a group with itself, or when unknown.

    `shade` is a short name for how alike they are.
    """

    value: str
    lower: str
    upper: str
    shade: str
    is_self: bool


@dataclass(frozen=True, slots=True)
class LikenessRow:
    """A group with a cell for each group of the square."""

    name: str
    cells: tuple[LikenessCell, ...]


def lay_out_likeness(content: GroupContent, places: Sequence[int]) -> tuple[LikenessRow, ...]:
    """Return the square of the groups at `places`; nothing for fewer than two, or where it was not computed."""
    known = {(pair["first"], pair["second"]): pair["likeness"] for pair in content["pairs"] if "likeness" in pair}
    if not any(first in places and second in places for first, second in known):
        return ()
    return tuple(
        LikenessRow(
            name=content["groups"][row]["name"],
            cells=tuple(_cell(known.get((min(row, column), max(row, column))), row == column) for column in places),
        )
        for row in places
    )


def _cell(likeness: Estimate | None, is_self: bool) -> LikenessCell:  # noqa: FBT001  two facts of one cell
    if likeness is None:
        return LikenessCell("", "", "", "", is_self)
    value, lower, upper = (f"{number:.2f}".replace("-", MINUS) for number in likeness)
    reached = sum(likeness[0] >= shade for shade in SHADES)
    return LikenessCell(value, lower, upper, f"more{reached}" if reached else "", is_self)
