"""A source of comparisons that tests fill by hand: `RATINGS_SOURCE` names `load` here."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import numpy as np

from ratings.core.comparisons import Comparisons
from ratings.core.simulation import Electorate, simulate
from ratings.sources import BoardInput, CompetitorInfo

CUTOFF = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)


class FakeVotes:
    """What the source answers, by kind; and something that happens while it is being read."""

    def __init__(self) -> None:
        self.inputs: dict[str, BoardInput] = {}
        self.asked: list[tuple[str, Mapping[str, object]]] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def load(self, kind: str, part: Mapping[str, object]) -> BoardInput:
        self.asked.append((kind, part))
        self.meanwhile()
        return self.inputs.get(kind) or make_input(nothing("x"))


fake_votes = FakeVotes()


def load(kind: str, part: Mapping[str, object]) -> BoardInput:
    return fake_votes.load(kind, part)


def make_input(comparisons: Comparisons, *, both_bad: Mapping[tuple[int, int], int] | None = None) -> BoardInput:
    """Wrap comparisons, with names for their competitors and some both-bad votes per pair."""
    size = len(comparisons.competitors)
    bad = np.zeros((size, size), dtype=np.int64)
    for (a, b), count in (both_bad or {}).items():
        bad[a, b] = bad[b, a] = count
    decided = np.bincount(comparisons.a, minlength=size) + np.bincount(comparisons.b, minlength=size)
    votes = len(comparisons) + int(bad.sum()) // 2
    return BoardInput(
        comparisons=comparisons,
        competitors=tuple(
            CompetitorInfo(slug, f"Model {slug}", "Acme", "Apache-2.0") for slug in comparisons.competitors
        ),
        both_bad=bad,
        appearances=decided + bad.sum(axis=1),
        votes=votes,
        raters=len(np.unique(comparisons.rater)),
        cutoff=CUTOFF if votes else None,
    )


def nothing(*slugs: str) -> Comparisons:
    empty = np.zeros(0, dtype=int)
    return Comparisons(slugs, a=empty, b=empty, outcome=np.zeros(0), rater=empty)


def votes(*, competitors: int = 3, count: int = 600, raters: int = 30, seed: int = 1) -> Comparisons:
    """Clearly ordered competitors "0", "1", ..., the first the best."""
    strengths = np.linspace(1.0, -1.0, competitors)
    return simulate(strengths, count, Electorate(raters=raters), np.random.default_rng(seed))


def two_leagues() -> Comparisons:
    first, second = votes(count=400), votes(count=200, competitors=2, seed=2)
    return Comparisons(
        ("0", "1", "2", "3", "4"),
        a=np.concatenate([first.a, second.a + 3]),
        b=np.concatenate([first.b, second.b + 3]),
        outcome=np.concatenate([first.outcome, second.outcome]),
        rater=np.concatenate([first.rater, second.rater]),
    )
