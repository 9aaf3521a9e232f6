"""Reads the page of a leaderboard: the board as it is published, or under one of its variants."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from ratings.analysis_rows import CERTAINTY
from ratings.certainty_page import SureGroup, lay_out_certainty
from ratings.core.method import BoardMethod
from ratings.matrix import BLOCK, Matrix, Window, lay_out_matrix
from ratings.models import Analysis, Leaderboard, Snapshot
from ratings.page import BoardGroup, UnratedRow, lay_out_groups, lay_out_unrated
from ratings.selectors import public_boards
from ratings.snapshot_rows import SnapshotRow
from ratings.switches import Switch, make_switches
from ratings.variant_page import Changes, lay_out_changes, vary_rows
from ratings.variants import BoardView, Variant, read_view, write_view
from ratings.wording import describe_age, describe_method, describe_warnings

FIRST = Window(0, BLOCK)
STYLED = Variant(style=True).key


@dataclass(frozen=True, slots=True)
class BoardTab:
    """A link to one of the public leaderboards."""

    slug: str
    title: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class BoardPage:
    """All that a leaderboard page shows. Without a snapshot or without votes, `groups` is empty.

    `interval_percent` is that of the snapshot's settings. `query` is that of the page's one address. Under a variant
    `changes` says what it changes, and everything else is of the newest snapshot that has it; where it was never
    computed, `is_missing` is true. `certainty` is of the board itself, at snapshot `certainty_number`.
    """

    slug: str
    title: str
    description: str
    kind: str
    tabs: tuple[BoardTab, ...]
    number: int | None
    computed_at: datetime | None
    computed_age: str
    checked_at: datetime | None
    checked_age: str
    cutoff: datetime | None
    votes: int
    raters: int
    input_sha256: str
    method: tuple[str, ...]
    warnings: tuple[str, ...]
    interval_percent: int
    groups: tuple[BoardGroup, ...]
    unrated: tuple[UnratedRow, ...]
    matrix: Matrix
    query: str
    switches: tuple[Switch, ...]
    changes: Changes | None
    is_missing: bool
    certainty: tuple[SureGroup, ...]
    certainty_number: int | None
    newest_number: int | None

    @property
    def is_behind(self) -> bool:
        """Whether the board itself holds newer votes."""
        return self.number != self.newest_number


def board_page(slug: str, query: Mapping[str, str]) -> BoardPage:
    """Return the page of leaderboard `slug` as the query of an address asks for it. Four queries.

    Raises
    ------
    Leaderboard.DoesNotExist
        When there is none, or it is not public.
    ratings.errors.UnknownVariantError
        When the query asks for something that there is not.
    """
    board = public_boards().select_related("current").get(slug=slug)
    tabs = tuple(
        BoardTab(slug=other, title=title, is_shown=other == slug)
        for other, title in public_boards().values_list("slug", "title")
    )
    newest = board.current or Snapshot(votes=0, raters=0, rows=[], matrix=[], components=[])
    itself = BoardView(Variant(), (newest.settings or {}).get("interval", BoardMethod().interval))
    view = read_view(query, itself.interval)
    styled = board.analyses.filter(name=STYLED).exists()
    # Beside a variant stands what it changes, beside the board itself how sure it is.
    wanted = CERTAINTY if view == itself else view.variant.key
    # An analysis is mostly of the newest snapshot, whose many pairs are here already.
    found = board.analyses.select_related("snapshot").defer("snapshot__matrix").filter(name=wanted).first()
    return _page(board, tabs, newest, _Asked(view, itself, found, styled))


class _Asked(NamedTuple):
    """What an address asks for, what the board itself is, and what was found of the former."""

    view: BoardView
    itself: BoardView
    found: Analysis | None
    styled: bool


def _page(board: Leaderboard, tabs: tuple[BoardTab, ...], newest: Snapshot, asked: _Asked) -> BoardPage:
    view, itself, analysis, styled = asked
    found = None if view == itself else analysis
    snapshot = newest if found is None or found.snapshot_id == newest.pk else found.snapshot
    rows = snapshot.rows if found is None else vary_rows(snapshot.rows, found.content, view.interval)
    settings = snapshot.settings or {}
    is_missing = view != itself and found is None and bool(newest.components)
    return BoardPage(
        slug=board.slug,
        title=board.title,
        description=board.description,
        kind=board.kind,
        tabs=tabs,
        number=snapshot.number,
        computed_at=snapshot.created_at,
        computed_age=describe_age(snapshot.created_at),
        checked_at=board.checked_at,
        checked_age=describe_age(board.checked_at),
        cutoff=snapshot.cutoff,
        votes=snapshot.votes,
        raters=snapshot.raters,
        input_sha256=snapshot.input_sha256,
        method=describe_method(settings, view),
        warnings=describe_warnings(snapshot.warnings),
        interval_percent=round(100 * settings.get("level", BoardMethod().level)),
        groups=() if is_missing else lay_out_groups(rows, snapshot.components),
        unrated=lay_out_unrated(snapshot.rows),
        matrix=lay_out_matrix(snapshot.rows, snapshot.matrix, [], down=FIRST, across=FIRST),
        query=write_view(view, itself.interval),
        switches=make_switches(view, itself.interval, styled=styled) if newest.components else (),
        changes=None if found is None else _changes(found, rows, view),
        is_missing=is_missing,
        certainty=_certainty(analysis) if view == itself and analysis is not None else (),
        certainty_number=analysis.snapshot.number if analysis is not None else None,
        newest_number=newest.number,
    )


def _changes(found: Analysis, rows: list[SnapshotRow], view: BoardView) -> Changes:
    return lay_out_changes(
        found.snapshot.rows, rows, found.content, view.interval, ties_modelled=view.variant.ties != "half"
    )


def _certainty(found: Analysis) -> tuple[SureGroup, ...]:
    return lay_out_certainty(found.content, {row["slug"]: row for row in found.snapshot.rows})
