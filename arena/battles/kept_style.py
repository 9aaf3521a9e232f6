"""How judged answers differ in style, kept from one analysis to the next: reading them for all votes takes long.

What was measured of a vote's answers never changes, so what is kept can only miss votes.
"""

from threading import Lock

import numpy as np

from arena.battles.style_rows import MEASURES, StyleTable, read_style_rows
from ratings.core.arrays import IntArray, frozen
from ratings.sources import Covariates


class KeptStyle:
    """The differences of every vote that was asked for and measured. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._table = StyleTable(np.zeros(0, np.intp), np.zeros((0, len(MEASURES)), np.int32))

    def covariates(self, votes: IntArray) -> Covariates | None:
        """Return the differences of these votes, whose ids ascend; two queries, which read those not kept yet.

        None when there is no vote, or one of which an answer was not measured: a part of the votes would make another
        board.
        """
        with self._lock:
            place, known = self._table.places(votes)
            if not known.all():
                # Where the newest has no measured answers, as with simulated votes, the others are not looked at.
                if not len(read_style_rows(votes[~known][-1:]).vote):
                    return None
                self._table = _joined(self._table, read_style_rows(votes[~known]))
                place, known = self._table.places(votes)
            if not len(votes) or not known.all():
                return None
            return Covariates(MEASURES, frozen(self._table.differences[place].astype(np.float64)))


def _joined(kept: StyleTable, more: StyleTable) -> StyleTable:
    place = np.searchsorted(kept.vote, more.vote)
    return StyleTable(
        np.insert(kept.vote, place, more.vote), np.insert(kept.differences, place, more.differences, axis=0)
    )
