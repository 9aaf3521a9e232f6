"""All votes of a kind as arrays, kept from one refresh to the next, so that a new vote costs a worker one small read.

Only what never changes is kept: the row of a vote and of its battle, which triggers protect. What may change later
(exclusions, merged raters, findings, categories, names) is read anew for each board. So a kept table can only miss
votes or hold erased ones, and every use compares the two numbers that would show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from threading import Lock

import numpy as np
import numpy.typing as npt
from django.db.models import Count, Sum

from arena.battles.binary_copy import Rows
from arena.battles.models import Vote
from arena.battles.vote_rows import ROW, read_vote_rows
from arena.raters.models import Rater

Numbers = npt.NDArray[np.int32]
# The newest rows are always read again: a vote may become visible after one with a higher id.
OVERLAP = 1_000


@dataclass(frozen=True, eq=False, slots=True)
class VoteTable:
    """Votes in the order of their ids, one entry of each array for each.

    Attributes
    ----------
    vote : (n,) ids, ascending.
    cast_at : (n,) microseconds since the year 2000.
    rater : (n,) small numbers, equal for one rater.
    winner : (n,) positions in `Vote.Winner`.
    a, b : (n,) ids of contestant snapshots.
    study, protocol, prompt_revision : (n,) ids; a prompt revision of 0 is none.
    raters : whose numbers `rater` has.
    """

    vote: npt.NDArray[np.int64]
    cast_at: npt.NDArray[np.int64]
    rater: Numbers
    winner: npt.NDArray[np.int8]
    a: Numbers
    b: Numbers
    study: Numbers
    protocol: Numbers
    prompt_revision: Numbers
    raters: "Raters"

    def __len__(self) -> int:
        return len(self.vote)

    def first(self, count: int) -> "VoteTable":
        """Return the `count` oldest."""
        return VoteTable(**{name: getattr(self, name)[:count] for name in COLUMNS}, raters=self.raters)


COLUMNS = tuple(field.name for field in fields(VoteTable) if field.name != "raters")


class Raters:
    """Small numbers for the ids of raters, given out as they are first asked for."""

    def __init__(self) -> None:
        self._ids: npt.NDArray[np.bytes_] = np.zeros(0, "S16")  # ascending
        self._numbers: Numbers = np.zeros(0, np.int32)

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> npt.NDArray[np.bytes_]:
        """Return the id of each number, 16 bytes long."""
        ids = np.zeros(len(self), "V16")
        ids[self._numbers] = self._ids.view("V16")
        return ids

    def find(self, ids: npt.NDArray[np.bytes_]) -> Numbers:
        """Return the number of each id, and -1 for those that have none."""
        place = np.minimum(np.searchsorted(self._ids, ids), len(self) - 1)
        if not len(self):
            return np.full(len(ids), -1, np.int32)
        return np.where(self._ids[place] == ids, self._numbers[place], np.int32(-1))

    def numbers(self, ids: npt.NDArray[np.bytes_]) -> Numbers:
        """Return the number of each id (16 bytes); new ones get the next numbers."""
        asked, inverse = np.unique(ids, return_inverse=True)
        place = np.searchsorted(self._ids, asked)
        known = np.zeros(len(asked), dtype=np.bool_)
        inside = place < len(self)
        known[inside] = self._ids[place[inside]] == asked[inside]
        new = np.arange(len(self), len(self) + np.count_nonzero(~known), dtype=np.int32)
        self._ids = np.insert(self._ids, place[~known], asked[~known])
        self._numbers = np.insert(self._numbers, place[~known], new)
        return self._numbers[np.searchsorted(self._ids, asked)][inverse]


class KeptVotes:
    """The votes of one kind, as they are in the database at each call of `current`.

    Safe to use from several threads. Nothing of it is shared between processes, and nothing is lost with one.
    """

    def __init__(self, kind: str, *, overlap: int = OVERLAP) -> None:
        self._kind, self._overlap, self._lock = kind, overlap, Lock()
        self._raters = Raters()
        self._table = _table_of(np.zeros(0, ROW), self._raters)

    def current(self) -> VoteTable:
        """Return all votes of the kind that are committed now, with one number for raters who are one person.

        Three queries that read little. All votes are read when none are kept yet, and when the kept ones are not
        exactly those of the database: after an erasure, or when a vote became visible later than the overlap allows.
        """
        with self._lock:
            kept, raters = self._table.first(max(0, len(self._table) - self._overlap)), self._raters
            if not self._is_stored(kept):
                kept, raters = self._table.first(0), Raters()
            newer = [_table_of(rows, raters) for rows in read_vote_rows(self._kind, after=_last(kept))]
            self._table, self._raters = _joined([kept, *newer]), raters
            return replace(self._table, rater=_people(self._kind, raters)[self._table.rater])

    def _is_stored(self, kept: VoteTable) -> bool:
        """Tell whether the database has just these votes up to the last of them, by their number and sum."""
        stored = Vote.objects.filter(kind=self._kind, pk__lte=_last(kept)).aggregate(votes=Count("pk"), ids=Sum("pk"))
        return stored == {"votes": len(kept), "ids": int(kept.vote.sum())}


def _last(table: VoteTable) -> int:
    return int(table.vote[-1]) if len(table) else 0


def _table_of(rows: Rows, raters: Raters) -> VoteTable:
    return VoteTable(
        vote=rows["vote"].astype(np.int64),
        cast_at=rows["cast_at"].astype(np.int64),
        rater=raters.numbers(rows["rater"]),
        winner=(rows["winner"] - 1).astype(np.int8),
        a=rows["a"].astype(np.int32),
        b=rows["b"].astype(np.int32),
        study=rows["study"].astype(np.int32),
        protocol=rows["protocol"].astype(np.int32),
        prompt_revision=rows["prompt_revision"].astype(np.int32),
        raters=raters,
    )


def _joined(parts: Sequence[VoteTable]) -> VoteTable:
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS}
    return VoteTable(**columns, raters=parts[-1].raters)


def _people(kind: str, raters: Raters) -> Numbers:
    """Return, for the number of each rater, the number of the person: the rater of the account after merging."""
    merged = Rater.objects.filter(kind=kind, merged_into__isnull=False).values_list("pk", "merged_into_id")
    pairs = np.array([[rater.bytes, home.bytes] for rater, home in merged], "S16").reshape(-1, 2)
    rater, home = raters.numbers(pairs[:, 0]), raters.numbers(pairs[:, 1])
    people = np.arange(len(raters), dtype=np.int32)
    people[rater] = home
    return people
