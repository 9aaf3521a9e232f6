"""The bridge from scores to comparisons: boards of scored conversations, which never hold a vote on a pair (Law 9)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db.models import Exists, OuterRef

from arena.battles.comparisons import place_contestants
from arena.battles.models import AnswerFinding, Score, Side
from arena.battles.rated_votes import NAMED, check_slice
from arena.raters.selectors import person
from arena.studies.models import Protocol
from ratings.core.arrays import IntArray
from ratings.core.scored_sets import compare_scores
from ratings.sources import BoardInput

BATTLE = "scored_turn__turn__battle"
FIELDS = {
    "protocol": f"{BATTLE}__protocol__slug",
    "study": f"{BATTLE}__study__slug",
    "category": f"{BATTLE}__prompt_revision__prompt__category__slug",
}
SIDES = list(Side)


class _Opening(NamedTuple):
    """One score of an answer to an opening prompt; `snapshots` are those of all sides."""

    scored_turn: int
    side: str
    value: int
    rater: object
    named: bool
    ended_at: datetime
    snapshots: Sequence[int]

    @property
    def snapshot(self) -> int:
        return self.snapshots[SIDES.index(Side(self.side))]


def is_scored(protocol: object) -> bool:
    """Tell whether a protocol of this short name asks for scores; one query."""
    return Protocol.objects.filter(slug=protocol, kind=Protocol.Kind.PRISM).exists()


def load_scores(kind: str, part: Mapping[str, object]) -> BoardInput:
    """Return what a board of scored conversations is computed from; three queries.

    Only opening turns compare models: each two of their answers are a comparison, and scores that are hardly apart a
    tie, see `compare_scores`. Conversations count once they have ended, so that no board tells anything of one that
    goes on. What a board calls votes are these comparisons, up to six of one opening, and intervals are by rater.
    Slices are as for votes; where named answers are left out, the others of their turn stay.

    Raises
    ------
    BoardInputError
        As `check_slice`.
    """
    check_slice(part)
    openings = _openings(kind, part)
    snapshots = np.array([row.snapshot for row in openings], dtype=np.int32)
    competitor, _again, competitors = place_contestants(snapshots, snapshots)
    numbers: dict[object, int] = {}
    comparisons = compare_scores(
        [info.slug for info in competitors],
        scored_with=np.array([row.scored_turn for row in openings], dtype=np.intp),
        competitor=competitor.astype(np.intp),
        score=np.array([row.value for row in openings], dtype=np.float64),
        rater=np.array([numbers.setdefault(row.rater, len(numbers)) for row in openings], dtype=np.intp),
    )
    size = len(competitors)
    return BoardInput(
        comparisons=comparisons,
        competitors=tuple(competitors),
        both_bad=np.zeros((size, size), dtype=np.int64),
        appearances=_counts(comparisons.a, size) + _counts(comparisons.b, size),
        votes=len(comparisons),
        raters=len(numbers),
        named=_named_pairs(openings),
        cutoff=max((row.ended_at for row in openings), default=None),
    )


def _openings(kind: str, part: Mapping[str, object]) -> list[_Opening]:
    found = AnswerFinding.objects.filter(completion=OuterRef("completion"), code=AnswerFinding.Code.IDENTITY)
    rows = Score.objects.filter(
        **{f"{BATTLE}__assessment__kind": kind, "scored_turn__turn__index": 0},
        **{FIELDS[key]: value for key, value in part.items() if key in FIELDS},
    ).annotate(named=Exists(found))
    if part.get(NAMED) == "left_out":
        rows = rows.filter(named=False)
    told = rows.order_by("scored_turn", "completion__side").values_list(
        "scored_turn_id",
        "completion__side",
        "value",
        person(f"{BATTLE}__rater"),
        "named",
        f"{BATTLE}__assessment__created_at",
        *(f"{BATTLE}__snapshot_{side}_id" for side in Side),
    )
    return [_Opening._make((*row[:6], row[6:])) for row in told]


def _counts(side: IntArray, size: int) -> IntArray:
    return np.bincount(side, minlength=size).astype(np.int64)


def _named_pairs(openings: Sequence[_Opening]) -> int:
    """Return how many comparisons have an answer that named its model."""
    sets: dict[int, list[bool]] = {}
    for row in openings:
        sets.setdefault(row.scored_turn, []).append(row.named)
    return sum(_pairs(len(named)) - _pairs(named.count(False)) for named in sets.values())


def _pairs(number: int) -> int:
    return number * (number - 1) // 2
