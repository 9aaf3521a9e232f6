"""The source of comparisons that the settings name: votes and scores given here, and imported votes, never together."""

from array import array
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from django.db.models import Max, QuerySet

from arena.battles.board_rows import WINNERS, BoardVotes, count_votes
from arena.battles.comparisons import load_board_input as load_battles
from arena.battles.rated_votes import NAMED
from arena.battles.scored_comparisons import is_scored, load_scores
from arena.releases.models import ImportedVote, Job, VoteImport
from arena.releases.services.importing import IMPORTED_PROTOCOL
from ratings.errors import BoardInputError
from ratings.sources import BoardInput, CompetitorInfo

ROWS_AT_ONCE = 20_000
# Inputs of boards that a worker keeps: a million votes take 32 MB.
BOARDS_KEPT = 4


def load_board_input(kind: str, part: Mapping[str, object]) -> BoardInput:
    """Return what a board is computed from: imported votes, scores, or votes cast here, as its protocol says.

    One query more than theirs for the last two.
    """
    if part.get("protocol") == IMPORTED_PROTOCOL:
        return load_imported(kind, {name: value for name, value in part.items() if name != "protocol"})
    return load_scores(kind, part) if is_scored(part.get("protocol")) else load_battles(kind, part)


def load_imported(kind: str, part: Mapping[str, object]) -> BoardInput:
    """Return the input of a board of imported votes, in the order of their lines.

    One query as long as the same imports are done: votes of an import that is done never change, so what was read of
    them is kept. Four queries otherwise.

    Raises
    ------
    BoardInputError
        When the slice names no study, or holds a key that is not known.
    """
    unknown = sorted(set(part) - {"study", "category", NAMED})
    if unknown or "study" not in part:
        raise BoardInputError(f"A slice of imported votes names its study, and otherwise only: category, {NAMED}.")
    done = VoteImport.objects.filter(kind=kind, status=Job.Status.DONE, study__slug=part["study"])
    imports = tuple(done.order_by("pk").values_list("pk", flat=True))
    return _read(_Slice(imports, part.get("category"), part.get(NAMED) == "left_out"))


class _Slice(NamedTuple):
    """Which votes of which imports; all categories where there is none."""

    imports: tuple[int, ...]
    category: object
    without_named: bool

    def votes(self) -> QuerySet[ImportedVote]:
        votes = ImportedVote.objects.filter(vote_import__in=self.imports)
        if self.category is not None:
            votes = votes.filter(category=self.category)
        return votes.filter(named=False) if self.without_named else votes


@lru_cache(maxsize=BOARDS_KEPT)
def _read(part: _Slice) -> BoardInput:
    votes = part.votes()
    rows = votes.order_by("vote_import", "line").values_list("a", "b", "winner", "voter")
    numbered, names = _numbered(rows.iterator(chunk_size=ROWS_AT_ONCE))
    return count_votes(
        numbered,
        [CompetitorInfo(slug=name, name=name) for name in names],
        named=votes.filter(named=True).count(),
        cutoff=votes.aggregate(newest=Max("vote_import__finished_at"))["newest"],
    )


def _numbered(rows: Iterable[tuple[str, str, str, str]]) -> tuple[BoardVotes, list[str]]:
    """Return the rows as numbers, and the names of the competitors in the order that their numbers stand for."""
    names: dict[str, int] = {}
    # A voter's name means the same person within one study only, and a slice has one.
    voters: dict[str, int] = {}
    a, b, winner, rater = (array("i") for _ in range(4))
    for left, right, verdict, voter in rows:
        a.append(names.setdefault(left, len(names)))
        b.append(names.setdefault(right, len(names)))
        winner.append(WINNERS.index(verdict))
        rater.append(voters.setdefault(voter, len(voters)))
    ordered = sorted(names)
    position = np.empty(len(names), dtype=np.intp)
    position[[names[name] for name in ordered]] = np.arange(len(names))
    votes = BoardVotes(
        a=position[np.asarray(a)], b=position[np.asarray(b)], winner=np.asarray(winner), rater=np.asarray(rater)
    )
    return votes, ordered
