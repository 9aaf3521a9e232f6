"""Two models head to head: how they stand on a board, and how their votes fall by category of prompts."""

from dataclasses import dataclass

from django.db.models import Count, Q

from arena.battles.examples import Example, examples_of
from arena.battles.models import Vote
from arena.battles.rated_votes import rated_votes
from ratings.selectors import PairNow, pair_now

CATEGORY = "battle__prompt_revision__prompt__category__name"
FIRST_ON_A, FIRST_ON_B = "battle__snapshot_a__contestant__slug", "battle__snapshot_b__contestant__slug"


@dataclass(slots=True)
class PairCategory:
    """The votes on one category of prompts, seen from the first model; `name` is empty for prompts of raters."""

    name: str
    wins: int = 0
    ties: int = 0
    losses: int = 0
    both_bad: int = 0

    @property
    def votes(self) -> int:
        return self.wins + self.ties + self.losses + self.both_bad


@dataclass(frozen=True, slots=True)
class HeadToHead:
    pair: PairNow
    categories: list[PairCategory]
    examples: list[Example]

    @property
    def has_categories(self) -> bool:
        """Whether any vote is on a prompt of the library, which alone have a category."""
        return any(row.name for row in self.categories)


def head_to_head(board: str, first: str, second: str) -> HeadToHead:
    """Return two models on the current snapshot of a public board, with their votes by category and some examples.

    Three queries, and two more where there are examples.

    Raises
    ------
    ratings.models.Snapshot.DoesNotExist, KeyError
        As `pair_now`.
    """
    pair = pair_now(board, first, second)
    shown = pair.board.leaderboard
    votes = rated_votes(shown.kind, {**shown.slice, "protocol": shown.protocol})
    if pair.board.cutoff is not None:
        # The same votes as those that the rest of the page counts.
        votes = votes.filter(created_at__lte=pair.board.cutoff)
    met = Q(**{FIRST_ON_A: first, FIRST_ON_B: second}) | Q(**{FIRST_ON_A: second, FIRST_ON_B: first})
    votes = votes.filter(met)
    rows = votes.order_by().values_list(CATEGORY, FIRST_ON_A, "winner").annotate(count=Count("pk"))
    categories: dict[str, PairCategory] = {}
    for name, on_a, winner, count in rows:
        _add(categories.setdefault(name or "", PairCategory(name or "")), winner, count, swapped=on_a != first)
    by_votes = sorted(categories.values(), key=lambda row: (-row.votes, row.name))
    return HeadToHead(pair, by_votes, examples_of(votes, first=first))


def _add(row: PairCategory, winner: str, count: int, *, swapped: bool) -> None:
    if winner == Vote.Winner.TIE:
        row.ties += count
    elif winner == Vote.Winner.BOTH_BAD:
        row.both_bad += count
    elif (winner == Vote.Winner.MODEL_A) != swapped:
        row.wins += count
    else:
        row.losses += count
