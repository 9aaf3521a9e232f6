"""Reads the page of all pairs of a board: what was observed, what the ratings say, and whether both agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ratings.analysis_rows import FIT, FitContent
from ratings.fit_wording import Verdict, describe_fit
from ratings.matrix import BLOCK, Matrix, MatrixCell, Residual, Window, lay_out_matrix
from ratings.models import Leaderboard, Snapshot
from ratings.selectors import public_boards

DEPARTURES = 12
# Nearer to the ratings than this is nothing to point at.
NOTEWORTHY = 2.0


@dataclass(frozen=True, slots=True)
class Side:
    """Which models one side of the block shows, counted from 1, and the numbers of its neighbours, None at the ends."""

    block: int
    first: int
    last: int
    total: int
    before: int | None
    after: int | None

    @property
    def window(self) -> Window:
        return Window(self.first - 1, BLOCK)


@dataclass(frozen=True, slots=True)
class Departure:
    """A pair that is far from what the ratings say, seen from the one that won more than expected."""

    slug: str
    name: str
    cell: MatrixCell


@dataclass(frozen=True, slots=True)
class PairsPage:
    """All pairs of a board. `verdicts` has one for each group, and none before they were computed."""

    slug: str
    title: str
    kind: str
    number: int | None
    newest_number: int | None
    verdicts: tuple[Verdict, ...]
    departures: tuple[Departure, ...]
    matrix: Matrix
    down: Side
    across: Side

    @property
    def is_behind(self) -> bool:
        """Whether the board itself holds newer votes."""
        return self.number != self.newest_number


def pairs_page(slug: str, query: Mapping[str, str]) -> PairsPage:
    """Return the page of all pairs of board `slug`, at the block that the query of an address names. Two queries.

    Raises
    ------
    Leaderboard.DoesNotExist
        When there is none, or it is not public.
    """
    board = public_boards().select_related("current").get(slug=slug)
    snapshot, fit = _newest_fit(board)
    rated = sum(row["component"] is not None for row in snapshot.rows)
    down, across = _side(query.get("down", ""), rated), _side(query.get("across", ""), rated)
    return PairsPage(
        slug=board.slug,
        title=board.title,
        kind=board.kind,
        number=snapshot.number,
        newest_number=board.current.number if board.current else None,
        verdicts=tuple(describe_fit(component) for component in fit["components"]),
        departures=_departures(snapshot, fit["residuals"]),
        matrix=lay_out_matrix(snapshot.rows, snapshot.matrix, fit["residuals"], down=down.window, across=across.window),
        down=down,
        across=across,
    )


def public_fit(slug: str) -> tuple[Snapshot, FitContent]:
    """Return the newest judged snapshot of a public board and the judgement. Two queries.

    Raises
    ------
    Leaderboard.DoesNotExist
        Without such a board, or before its first snapshot.
    """
    board = public_boards().select_related("current").exclude(current=None).get(slug=slug)
    snapshot, fit = _newest_fit(board)
    snapshot.leaderboard = board
    return snapshot, fit


def _newest_fit(board: Leaderboard) -> tuple[Snapshot, FitContent]:
    """Return the snapshot that was judged with the judgement, or the current one with an empty judgement."""
    found = board.analyses.select_related("snapshot").filter(name=FIT).first()
    if found is not None:
        return found.snapshot, found.content
    nothing = Snapshot(votes=0, raters=0, rows=[], matrix=[], components=[])
    return board.current or nothing, FitContent(components=[], residuals=[])


def _side(asked: str, rated: int) -> Side:
    last = max((rated - 1) // BLOCK, 0)
    block = min(int(asked), last) if asked.isascii() and asked.isdigit() else 0
    return Side(
        block=block,
        first=block * BLOCK + 1,
        last=min((block + 1) * BLOCK, rated),
        total=rated,
        before=block - 1 if block > 0 else None,
        after=block + 1 if block < last else None,
    )


def _departures(snapshot: Snapshot, residuals: Sequence[Residual]) -> tuple[Departure, ...]:
    far = sorted((each for each in residuals if abs(each[2]) >= NOTEWORTHY), key=lambda each: -abs(each[2]))
    found = []
    for row, column, residual in far[:DEPARTURES]:
        above, below = (row, column) if residual > 0 else (column, row)
        block = lay_out_matrix(
            snapshot.rows,
            [cell for cell in snapshot.matrix if {cell["row"], cell["column"]} == {row, column}],
            [(row, column, residual)],
            down=Window(above, 1),
            across=Window(below, 1),
        )
        winner = block.rows[0]
        found.append(Departure(winner.slug, winner.name, winner.cells[0]))
    return tuple(found)
