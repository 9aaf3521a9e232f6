"""Votes as arrays, counted into what a board is computed from; wherever the votes were cast."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from arena.battles.models import Vote
from ratings.core.arrays import IntArray, frozen
from ratings.core.comparisons import Comparisons
from ratings.sources import BoardInput, CompetitorInfo, Covariates, nothing_measured

WINNERS = tuple(Vote.Winner)
BOTH_BAD = WINNERS.index(Vote.Winner.BOTH_BAD)
OUTCOMES = np.array([{Vote.Winner.MODEL_A: 1.0, Vote.Winner.TIE: 0.5}.get(winner, 0.0) for winner in WINNERS])
Numbers = npt.NDArray[np.signedinteger[Any]]  # Any: of any width


@dataclass(frozen=True, eq=False, slots=True)
class BoardVotes:
    """The votes of one board; equal votes in equal order give an equal input.

    Attributes
    ----------
    a, b : (n,) who stood on each side: positions among the competitors.
    winner : (n,) positions in `WINNERS`.
    rater : (n,) numbers from 0, equal for one person.
    """

    a: Numbers
    b: Numbers
    winner: Numbers
    rater: Numbers


def count_votes(
    votes: BoardVotes,
    competitors: Sequence[CompetitorInfo],
    *,
    named: int,
    cutoff: datetime | None,
    covariates: Callable[[], Covariates | None] = nothing_measured,
) -> BoardInput:
    """Return the input of a board that holds exactly these votes; what else is given, as `BoardInput` has it."""
    bad, size = votes.winner == BOTH_BAD, len(competitors)
    both_bad = np.bincount(votes.a[bad].astype(np.int64) * size + votes.b[bad], minlength=size * size)
    both_bad = both_bad.reshape(size, size).astype(np.int64)
    rater, raters = _numbered_as_they_appear(votes.rater)
    return BoardInput(
        comparisons=Comparisons(
            competitors=tuple(info.slug for info in competitors),
            a=votes.a[~bad],
            b=votes.b[~bad],
            outcome=frozen(OUTCOMES[votes.winner[~bad]]),
            rater=frozen(rater[~bad]),
        ),
        competitors=tuple(competitors),
        both_bad=both_bad + both_bad.T,
        appearances=(np.bincount(votes.a, minlength=size) + np.bincount(votes.b, minlength=size)).astype(np.int64),
        votes=len(votes.winner),
        raters=raters,
        named=named,
        cutoff=cutoff,
        covariates=covariates,
    )


def _numbered_as_they_appear(keys: Numbers) -> tuple[IntArray, int]:
    """Return (n,) numbers in the order in which keys first appear, and how many there are."""
    first = np.full(int(keys.max(initial=-1)) + 1, len(keys), dtype=np.intp)
    np.minimum.at(first, keys, np.arange(len(keys)))
    seen = np.flatnonzero(first < len(keys))
    number = np.zeros(len(first), dtype=np.intp)
    number[seen[np.argsort(first[seen])]] = np.arange(len(seen))
    return number[keys], len(seen)
