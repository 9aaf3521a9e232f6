"""A board for files: a snapshot as it was published, or with the numbers of one of its variants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ratings.analysis_rows import Coefficient
from ratings.core.method import BoardMethod
from ratings.models import Analysis, Snapshot
from ratings.selectors import public_snapshot
from ratings.snapshot_rows import SnapshotRow
from ratings.variant_page import vary_rows
from ratings.variants import BoardView, Variant, read_view


@dataclass(frozen=True, slots=True)
class ShownBoard:
    """Rows with the numbers of `view`; everything else is that of `snapshot`.

    `itself` is the view that the snapshot has of its own; `coefficients` are none in it.
    """

    snapshot: Snapshot
    view: BoardView
    itself: BoardView
    rows: Sequence[SnapshotRow]
    coefficients: Sequence[Coefficient]

    @property
    def is_variant(self) -> bool:
        return self.view != self.itself


def shown_snapshot(slug: str, number: int) -> ShownBoard:
    """Return one snapshot of a public board as it was published. One query.

    Raises
    ------
    Snapshot.DoesNotExist
        As `public_snapshot`.
    """
    snapshot = public_snapshot(slug, number)
    return _itself(snapshot, _own_view(snapshot))


def shown_board(slug: str, query: Mapping[str, str]) -> ShownBoard:
    """Return a public board as the query of an address asks for it, variants of the newest snapshot that has them.

    At most two queries.

    Raises
    ------
    Snapshot.DoesNotExist
        As `public_snapshot`.
    Analysis.DoesNotExist
        When the board was never computed in this way.
    ratings.errors.UnknownVariantError
        When the query asks for something that there is not.
    """
    newest = public_snapshot(slug)
    itself = _own_view(newest)
    view = read_view(query, itself.interval)
    if view == itself:
        return _itself(newest, view)
    analyses = Analysis.objects.select_related("snapshot__leaderboard").filter(leaderboard=newest.leaderboard_id)
    found = analyses.get(name=view.variant.key)
    rows = vary_rows(found.snapshot.rows, found.content, view.interval)
    return ShownBoard(found.snapshot, view, itself, rows, found.content["coefficients"])


def _own_view(snapshot: Snapshot) -> BoardView:
    return BoardView(Variant(), (snapshot.settings or {}).get("interval", BoardMethod().interval))


def _itself(snapshot: Snapshot, view: BoardView) -> ShownBoard:
    return ShownBoard(snapshot, view, view, snapshot.rows, ())
