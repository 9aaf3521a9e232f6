"""What never changes of a cast vote, read from the database straight into arrays."""

from collections.abc import Iterator
from itertools import accumulate

import numpy as np
import numpy.typing as npt
from django.db import connection

from arena.battles.models import Vote

Rows = np.ndarray[tuple[int], np.dtype[np.void]]

# Rows that are handed over together: few, so that a long table needs little room besides what is kept of it.
ROWS_AT_ONCE = 100_000
# A column's name, where it comes from, and its form in PostgreSQL's binary copy.
COLUMNS: tuple[tuple[str, str, npt.DTypeLike], ...] = (
    ("vote", "vote.id", ">i8"),
    ("cast_at", "vote.created_at", ">i8"),
    ("rater", "vote.rater_id", "S16"),
    ("winner", "array_position(%(winners)s::text[], vote.winner::text)::int2", ">i2"),
    ("a", "battle.snapshot_a_id::int4", ">i4"),
    ("b", "battle.snapshot_b_id::int4", ">i4"),
    ("study", "battle.study_id::int4", ">i4"),
    ("protocol", "battle.protocol_id::int4", ">i4"),
    ("prompt_revision", "coalesce(battle.prompt_revision_id, 0)::int4", ">i4"),
)
QUERY = f"""
COPY (
    SELECT {", ".join(source for _name, source, _form in COLUMNS)}
    FROM battles_vote vote JOIN battles_battle battle ON battle.id = vote.battle_id
    WHERE vote.kind = %(kind)s AND vote.id > %(after)s ORDER BY vote.id
) TO STDOUT (FORMAT BINARY)
"""  # noqa: S608  every part is a constant above
FILE_HEADER_BYTES, FILE_END = 19, b"\xff\xff"


def _row_form() -> np.dtype[np.void]:
    """Return where each column stands in a row: it begins with the number of columns, each column with its length."""
    forms = [np.dtype(form) for _name, _source, form in COLUMNS]
    ends = list(accumulate((4 + form.itemsize for form in forms), initial=2))
    return np.dtype(
        {
            "names": [name for name, _source, _form in COLUMNS],
            "formats": forms,
            "offsets": [start + 4 for start in ends[:-1]],
            "itemsize": ends[-1],
        }
    )


ROW = _row_form()


def read_vote_rows(kind: str, *, after: int) -> Iterator[Rows]:
    """Yield the votes of `kind` whose id is above `after`, in the order of their ids; one query.

    Excluded votes are among them, and merged raters stand for themselves: all that is told of a vote here stays as it
    is for as long as the vote exists. `winner` counts from 1 in the order of `Vote.Winner`; a battle without a prompt
    of the library has `prompt_revision` 0.
    """
    values = {"kind": kind, "after": after, "winners": Vote.Winner.values}
    pending, header = bytearray(), FILE_HEADER_BYTES
    with connection.cursor() as cursor, cursor.copy(QUERY, values) as copy:
        for data in copy:
            pending += data[header:]
            header = 0  # It comes together with the first row, or with the end.
            if len(pending) >= ROWS_AT_ONCE * ROW.itemsize:
                yield _whole_rows(pending)
    yield _whole_rows(pending)
    assert pending == FILE_END, "PostgreSQL's copy of votes did not end where it should."  # noqa: S101  see ROW


def _whole_rows(pending: bytearray) -> Rows:
    """Take the rows that have come in full off the beginning of `pending`."""
    complete = len(pending) // ROW.itemsize * ROW.itemsize
    rows = np.frombuffer(bytes(pending[:complete]), ROW)
    del pending[:complete]
    return rows
