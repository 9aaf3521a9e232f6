"""Reads of published leaderboards, as other rooms and pages need them."""

from dataclasses import dataclass

from django.core.cache import caches
from django.db.models import F, QuerySet

from ratings.core.method import LEVEL
from ratings.core.scale import preferred_share
from ratings.models import Leaderboard, Snapshot
from ratings.snapshot_rows import SnapshotCell, SnapshotRow, turned

# Every vote asks for the ratings of now; a new snapshot is told this much later at the most.
KEPT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class RatingNow:
    """A competitor's place on the main board of a kind; None where the votes do not support a number."""

    rating: float
    lower: float | None
    upper: float | None
    rank_best: int | None
    rank_worst: int | None


def current_ratings(kind: str) -> dict[str, RatingNow]:
    """Return the ratings on the main public board of `kind` by competitor slug; empty before the first snapshot.

    The main board is the first by position. One query, when this process has not asked for two seconds.
    """
    key = f"ratings:{kind}"
    ratings: dict[str, RatingNow] | None = caches["process"].get(key)
    if ratings is None:
        ratings = _read_ratings(kind)
        caches["process"].set(key, ratings, KEPT_SECONDS)
    return ratings


def _read_ratings(kind: str) -> dict[str, RatingNow]:
    board = public_boards().filter(kind=kind).select_related("current").defer("current__matrix").first()
    if board is None or board.current is None:
        return {}
    return {
        row["slug"]: RatingNow(
            rating=row["rating"],
            lower=row["rating_lower"],
            upper=row["rating_upper"],
            rank_best=row["rank_best"],
            rank_worst=row["rank_worst"],
        )
        for row in board.current.rows
        if row["rating"] is not None
    }


def main_board_slug() -> str | None:
    """Return the board that `/leaderboard/` shows: the first public one of people's votes. One query."""
    return public_boards().filter(kind=Leaderboard.Kind.HUMAN).values_list("slug", flat=True).first()


def published_number(slug: str) -> int | None:
    """Return the number of the current snapshot, 0 before the first, None without such a public board. One query."""
    board = public_boards().filter(slug=slug).values_list("current__number").first()
    return None if board is None else board[0] or 0


def public_boards() -> QuerySet[Leaderboard]:
    """Return the boards that everybody may see, in their order."""
    return Leaderboard.objects.filter(is_public=True)


def interval_percent(snapshot: Snapshot) -> int:
    """Return the coverage of the snapshot's intervals, in percent."""
    level: float = (snapshot.settings or {}).get("level", LEVEL)
    return round(100 * level)


def public_snapshot(slug: str, number: int | None = None) -> Snapshot:
    """Return the current snapshot of a public board with its `leaderboard`, or the one with a number. One query.

    Raises
    ------
    Snapshot.DoesNotExist
        Without such a public board or snapshot.
    """
    shown = Snapshot.objects.select_related("leaderboard").filter(leaderboard__slug=slug, leaderboard__is_public=True)
    return shown.get(pk=F("leaderboard__current")) if number is None else shown.get(number=number)


@dataclass(frozen=True, slots=True)
class PairNow:
    """Two competitors on one board, seen from the first; counts are 0 where they never met.

    `probability` is how likely the first is preferred by the ratings of both, in percent; None without a common scale.
    Its ends are None where the two never met or raters are too few.
    """

    board: Snapshot
    first: SnapshotRow
    second: SnapshotRow
    wins: int
    ties: int
    losses: int
    both_bad: int
    probability: float | None
    lower: float | None
    upper: float | None

    @property
    def votes(self) -> int:
        return self.wins + self.ties + self.losses + self.both_bad

    @property
    def interval_percent(self) -> int:
        return interval_percent(self.board)


def pair_now(slug: str, first: str, second: str) -> PairNow:
    """Return how two competitors stand on the current snapshot of a public board. One query.

    Raises
    ------
    Snapshot.DoesNotExist
        Without such a public board.
    KeyError
        When one of the two is not on it, or both are the same.
    """
    board = public_snapshot(slug)
    places = {row["slug"]: place for place, row in enumerate(board.rows)}
    here, there = places[first], places[second]
    if here == there:
        raise KeyError(second)
    cells: list[SnapshotCell] = board.matrix
    cell = next((cell for cell in cells if {cell["row"], cell["column"]} == {here, there}), None)
    if cell is not None and cell["row"] == there:
        cell = turned(cell)
    a, b = board.rows[here], board.rows[there]
    return PairNow(
        board=board,
        first=a,
        second=b,
        wins=round(cell["wins"]) if cell else 0,
        ties=round(cell["ties"]) if cell else 0,
        losses=round(cell["losses"]) if cell else 0,
        both_bad=cell["both_bad"] if cell else 0,
        probability=_percent_of_ratings(a, b),
        lower=100.0 * cell["win_lower"] if cell and "win_lower" in cell else None,
        upper=100.0 * cell["win_upper"] if cell and "win_upper" in cell else None,
    )


def _percent_of_ratings(a: SnapshotRow, b: SnapshotRow) -> float | None:
    if a["rating"] is None or b["rating"] is None or a["component"] != b["component"]:
        return None
    return 100.0 * preferred_share(a["rating"] - b["rating"])
