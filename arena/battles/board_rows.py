"""Votes as rows, counted into what a board is computed from; wherever the votes were cast."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime

import numpy as np

from arena.battles.models import Vote
from ratings.core.comparisons import Comparisons
from ratings.sources import BoardInput, CompetitorInfo

OUTCOMES = {Vote.Winner.MODEL_A: 1.0, Vote.Winner.TIE: 0.5, Vote.Winner.MODEL_B: 0.0}
# Side A, side B, `Vote.Winner`, and who voted.
VoteRow = tuple[Hashable, Hashable, str, Hashable]


def count_rows(
    rows: Sequence[VoteRow], competitors: Mapping[Hashable, CompetitorInfo], *, named: int, cutoff: datetime | None
) -> BoardInput:
    """Return the input of a board that holds exactly these votes.

    Parameters
    ----------
    rows
        One for each vote; equal votes in equal order give an equal input.
    competitors
        Everybody who stands in a row, in the order of the board's input.
    named, cutoff
        As `BoardInput` has them.
    """
    index = {key: position for position, key in enumerate(competitors)}
    a = np.array([index[row[0]] for row in rows], dtype=np.int64)
    b = np.array([index[row[1]] for row in rows], dtype=np.int64)
    bad = np.array([row[2] == Vote.Winner.BOTH_BAD for row in rows], dtype=bool)
    raters = {rater: position for position, rater in enumerate(dict.fromkeys(row[3] for row in rows))}
    size = len(competitors)
    both_bad = np.zeros((size, size), dtype=np.int64)
    np.add.at(both_bad, (a[bad], b[bad]), 1)
    decided = [row for row in rows if row[2] != Vote.Winner.BOTH_BAD]
    infos = tuple(competitors.values())
    return BoardInput(
        comparisons=Comparisons(
            competitors=tuple(info.slug for info in infos),
            a=a[~bad],
            b=b[~bad],
            outcome=np.array([OUTCOMES[Vote.Winner(row[2])] for row in decided], dtype=np.float64),
            rater=np.array([raters[row[3]] for row in decided], dtype=np.int64),
        ),
        competitors=infos,
        both_bad=both_bad + both_bad.T,
        appearances=np.bincount(np.concatenate([a, b]), minlength=size).astype(np.int64),
        votes=len(rows),
        raters=len(raters),
        named=named,
        cutoff=cutoff,
    )
