"""Reads the page of a board's past: how the rating of each model went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page, Paginator

from ratings.drawing import Line
from ratings.history import RatingPoint, draw_history, rating_histories
from ratings.models import Leaderboard
from ratings.selectors import public_boards
from ratings.snapshot_rows import SnapshotRow

DAYS = 90
PAGE_SIZE = 12


@dataclass(frozen=True, slots=True)
class ModelHistory:
    """One competitor's points, oldest first, and their drawing; None without any."""

    slug: str
    name: str
    points: tuple[RatingPoint, ...]
    drawing: Line | None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of competitors in the order of the current board."""

    slug: str
    title: str
    kind: str
    days: int
    page_obj: "Page[SnapshotRow]"
    models: tuple[ModelHistory, ...]


def history_page(slug: str, *, page: str | None, today: date) -> HistoryPage:
    """Return a page of the histories of board `slug`, up to now. Two queries.

    Raises
    ------
    Leaderboard.DoesNotExist
        When there is none, or it is not public.
    """
    board = public_boards().select_related("current").get(slug=slug)
    shown = Paginator(_rated(board), PAGE_SIZE).get_page(page)
    return HistoryPage(
        slug=board.slug,
        title=board.title,
        kind=board.kind,
        days=DAYS,
        page_obj=shown,
        models=_histories(board, list(shown.object_list), today),
    )


def all_histories(slug: str, *, today: date) -> tuple[ModelHistory, ...]:
    """Return the histories of all competitors of a public board. Two queries.

    Raises
    ------
    Leaderboard.DoesNotExist
        When there is none, or it is not public.
    """
    board = public_boards().select_related("current").get(slug=slug)
    return _histories(board, _rated(board), today)


def _rated(board: Leaderboard) -> list[SnapshotRow]:
    rows: list[SnapshotRow] = board.current.rows if board.current else []
    return [row for row in rows if row["rating"] is not None]


def _histories(board: Leaderboard, rows: Sequence[SnapshotRow], today: date) -> tuple[ModelHistory, ...]:
    slugs = [row["slug"] for row in rows]
    found = rating_histories(board=board, competitors=slugs, until=today + timedelta(days=1), days=DAYS)
    return tuple(
        ModelHistory(row["slug"], row["name"], found[row["slug"]], draw_history(found[row["slug"]])) for row in rows
    )
