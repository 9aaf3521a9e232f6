"""How the answers that were judged differ in style, vote by vote."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arena.battles.binary_copy import Columns, Rows, copy_rows, row_form, selected
from arena.battles.style import STYLE_VERSION, Style
from ratings.core.arrays import BoolArray, IntArray

# Words follow length too closely for both to have a coefficient.
MEASURES = tuple(name for name in Style._fields if name != "words")
# Measured in English only; stored as null in other languages, read as this.
ENGLISH_ONLY = ("tone", "hedging")
UNKNOWN = -1
COLUMNS: Columns = (
    ("vote", "judged.vote_id", ">i8"),
    ("first", "(answer.side = 'a')::int::int2", ">i2"),
    ("version", "answer.style_version", ">i2"),
    *((name, f"coalesce(answer.style[{Style._fields.index(name) + 1}], {UNKNOWN})", ">i4") for name in MEASURES),
)
ROW = row_form(COLUMNS)
QUERY = f"""
SELECT {selected(COLUMNS)}
FROM battles_vote_judged judged JOIN battles_completion answer ON answer.id = judged.completion_id
WHERE judged.vote_id BETWEEN %(first)s AND %(last)s
"""  # noqa: S608  every part is a constant above


@dataclass(frozen=True, eq=False, slots=True)
class StyleTable:
    """By how much the answers on side A exceed those on side B, all turns of a battle together.

    Attributes
    ----------
    vote : (n,) ids, ascending, of votes whose answers were all measured.
    differences : (n, k) in the order of `MEASURES`. Where an answer is not in English, tone and hedging count as equal.
    """

    vote: IntArray
    differences: npt.NDArray[np.int32]

    def places(self, votes: IntArray) -> tuple[IntArray, BoolArray]:
        """Return where each of these votes stands, and whether it does."""
        place = np.searchsorted(self.vote, votes)
        known = place < len(self.vote)
        known[known] = self.vote[place[known]] == votes[known]
        return place, known


def read_style_rows(votes: IntArray) -> StyleTable:
    """Return the style of those votes of which every answer was measured; one query.

    Parameters
    ----------
    votes : (n,) ids, ascending, at least one.
    """
    tally = _Tally(votes)
    for rows in copy_rows(QUERY, {"first": int(votes[0]), "last": int(votes[-1])}, ROW):
        tally.add(rows)
    return tally.table()


class _Tally:
    """Differences of votes, summed while answers come in any order."""

    def __init__(self, votes: IntArray) -> None:
        self._votes = votes
        self._differences = np.zeros((len(votes), len(MEASURES)), dtype=np.int32)
        self._answers = np.zeros((len(votes), 2), dtype=np.int32)
        self._measured = np.ones(len(votes), dtype=np.bool_)
        self._english = np.ones(len(votes), dtype=np.bool_)

    def add(self, rows: Rows) -> None:
        place = np.minimum(np.searchsorted(self._votes, rows["vote"]), len(self._votes) - 1)
        wanted = self._votes[place] == rows["vote"]
        rows, place = rows[wanted], place[wanted]
        self._measured[place[rows["version"] != STYLE_VERSION]] = False
        sign = np.where(rows["first"], 1, -1)
        for column, name in enumerate(MEASURES):
            np.add.at(self._differences, (place, column), sign * rows[name])
        for name in ENGLISH_ONLY:
            self._english[place[rows[name] == UNKNOWN]] = False
        np.add.at(self._answers, (place, rows["first"]), 1)

    def table(self) -> StyleTable:
        for name in ENGLISH_ONLY:
            self._differences[~self._english, MEASURES.index(name)] = 0
        complete = self._measured & (self._answers > 0).all(axis=1)
        return StyleTable(self._votes[complete], self._differences[complete])
