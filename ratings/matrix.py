"""The square of all pairs of a board, a block at a time: what was observed, what the ratings say, and how far apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ratings.core.scale import preferred_share
from ratings.snapshot_rows import SnapshotCell, SnapshotRow

# Competitors to a side of a block: as many as can be read, and few enough that the page stays light.
BLOCK = 12
# From so many standard errors on a cell gets its first, second and third shade.
SHADES = (1.0, 2.0, 3.0)
MINUS = "\N{MINUS SIGN}"
Residual = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """How often the row beat the column, ties as half; `percent` is None when they did not meet.

    `expected` is what their ratings say, None without a common scale. `residual` is by how many standard errors the row
    won more, None where that was not computed; `shade` is a short name for it, empty near zero.
    """

    opponent: str
    slug: str
    percent: int | None
    votes: int
    is_self: bool
    expected: int | None
    residual: float | None
    shade: str

    @property
    def residual_words(self) -> str:
        return "" if self.residual is None else f"{self.residual:+.1f}".replace("-", MINUS)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    slug: str
    name: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One block: its rows, and the names over its columns."""

    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Which competitors a block shows on one side, from 0 by their place on the board."""

    first: int
    size: int

    def __contains__(self, place: int) -> bool:
        return self.first <= place < self.first + self.size


@dataclass(frozen=True, slots=True)
class _Met:
    won: float
    votes: float


def lay_out_matrix(
    rows: Sequence[SnapshotRow],
    cells: Iterable[SnapshotCell],
    residuals: Iterable[Residual],
    *,
    down: Window,
    across: Window,
) -> Matrix:
    """Return the block of rated competitors whose rows are in `down` and whose columns are in `across`."""
    rated = [row for row in rows if row["component"] is not None]
    met: dict[tuple[int, int], _Met] = {}
    for cell in cells:
        here, there = cell["row"], cell["column"]
        if not ((here in down and there in across) or (there in down and here in across)):
            continue
        votes = cell["wins"] + cell["ties"] + cell["losses"]
        won = cell["wins"] + 0.5 * cell["ties"]
        met[here, there] = _Met(won, votes)
        met[there, here] = _Met(votes - won, votes)
    apart: dict[tuple[int, int], float] = {}
    for row, column, residual in residuals:
        apart[row, column], apart[column, row] = residual, -residual
    shown = list(enumerate(rated))[across.first : across.first + across.size]
    return Matrix(
        columns=tuple(row["name"] for _place, row in shown),
        rows=tuple(
            MatrixRow(
                row["slug"],
                row["name"],
                tuple(
                    _cell(row, other, met.get((place, column), _Met(0.0, 0.0)), apart.get((place, column)))
                    for column, other in shown
                ),
            )
            for place, row in enumerate(rated)
            if place in down
        ),
    )


def _cell(row: SnapshotRow, other: SnapshotRow, met: _Met, residual: float | None) -> MatrixCell:
    return MatrixCell(
        opponent=other["name"],
        slug=other["slug"],
        percent=round(100 * met.won / met.votes) if met.votes else None,
        votes=round(met.votes),
        is_self=row is other,
        expected=_expected(row, other),
        residual=residual,
        shade=shade_of(residual),
    )


def _expected(row: SnapshotRow, other: SnapshotRow) -> int | None:
    if row["rating"] is None or other["rating"] is None or row["component"] != other["component"]:
        return None
    return round(100 * preferred_share(row["rating"] - other["rating"]))


def shade_of(residual: float | None) -> str:
    """Return "more1" to "more3" or "less1" to "less3", empty for what chance often does."""
    level = 0 if residual is None else sum(abs(residual) >= least for least in SHADES)
    if residual is None or not level:
        return ""
    return f"{'more' if residual > 0 else 'less'}{level}"
