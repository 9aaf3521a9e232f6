"""What never changes of a cast vote, read from the database straight into arrays."""

from collections.abc import Iterator

from arena.battles.binary_copy import Columns, Rows, copy_rows, row_form, selected
from arena.battles.models import Vote

COLUMNS: Columns = (
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
ROW = row_form(COLUMNS)
QUERY = f"""
SELECT {selected(COLUMNS)}
FROM battles_vote vote JOIN battles_battle battle ON battle.id = vote.battle_id
WHERE vote.kind = %(kind)s AND vote.id > %(after)s ORDER BY vote.id
"""  # noqa: S608  every part is a constant above


def read_vote_rows(kind: str, *, after: int) -> Iterator[Rows]:
    """Yield the votes of `kind` whose id is above `after`, in the order of their ids; one query.

    Excluded votes are among them, and merged raters stand for themselves: all that is told of a vote here stays as it
    is for as long as the vote exists. `winner` counts from 1 in the order of `Vote.Winner`; a battle without a prompt
    of the library has `prompt_revision` 0.
    """
    return copy_rows(QUERY, {"kind": kind, "after": after, "winners": Vote.Winner.values}, ROW)
