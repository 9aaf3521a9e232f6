"""The votes of a board that figures of groups are computed from, with the groups that they fall into."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ratings.core.arrays import IntArray
from ratings.core.comparisons import Comparisons
from ratings.grouping import Grouping
from ratings.snapshot_rows import SnapshotRow
from ratings.sources import BoardInput, CompetitorInfo


@dataclass(frozen=True, eq=False, slots=True)
class DividedVotes:
    """Comparisons between models that are not preliminary, and the groups of just these.

    `competitors` are those of the comparisons, in their order; raters keep the numbers that they have on the board.
    """

    comparisons: Comparisons
    competitors: Sequence[CompetitorInfo]
    grouping: Grouping

    @property
    def rater(self) -> IntArray:
        """Who cast each vote, (n,)."""
        assert self.comparisons.rater is not None  # noqa: S101  boards know their raters
        return self.comparisons.rater

    def sha256(self) -> str:
        """Return a digest of the votes and of who is in which group."""
        digest = hashlib.sha256(self.comparisons.sha256().encode())
        for field in self.grouping.fields:
            digest.update(f"{field.key} {list(field.groups)} {field.divides_people}".encode())
            digest.update(field.cell.astype("<i8").tobytes())
        return digest.hexdigest()


def divide_votes(board_input: BoardInput, grouping: Grouping, rows: Sequence[SnapshotRow]) -> DividedVotes:
    """Return the votes on models that `rows` of a snapshot say are in the largest component and not preliminary."""
    known = {row["slug"] for row in rows if row["component"] == 0 and not row["preliminary"]}
    comparisons = board_input.comparisons
    members = np.array([place for place, slug in enumerate(comparisons.competitors) if slug in known], dtype=np.intp)
    inside = np.isin(comparisons.a, members) & np.isin(comparisons.b, members)
    fields = tuple(
        field if field.divides_people else replace(field, cell=field.cell[inside]) for field in grouping.fields
    )
    return DividedVotes(
        comparisons=comparisons.among(members),
        competitors=[board_input.competitors[member] for member in members],
        grouping=replace(grouping, fields=fields),
    )
