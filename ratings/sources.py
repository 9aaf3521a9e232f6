"""Where comparisons come from: the shape that a source hands over, and the one that the settings name.

`ratings` knows nothing of votes. The setting `RATINGS_SOURCE` is the dotted path of a callable

    load_board_input(kind: str, slice: Mapping[str, object]) -> BoardInput

where `kind` is one of `Leaderboard.Kind` and `slice` is the leaderboard's slice, with its protocol under "protocol".
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from ratings.core.arrays import FloatArray, IntArray
from ratings.core.comparisons import Comparisons
from ratings.errors import BoardInputError
from ratings.grouping import Grouping, nothing_grouped
from ratings.populations import Populations, no_populations


@dataclass(frozen=True, slots=True)
class CompetitorInfo:
    """What a board says about a competitor besides its numbers."""

    slug: str
    name: str
    organisation: str = ""
    licence: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Covariates:
    """What was measured beside comparisons: k names, and (n, k) differences, side A minus side B."""

    names: tuple[str, ...]
    values: FloatArray


def nothing_measured() -> None:
    """Stand for covariates that there are none of."""


@dataclass(frozen=True, eq=False, slots=True)
class BoardInput:
    """All that a board is computed from.

    Equal data must come in equal order every time: the digest and the seeded bootstrap depend on it.

    Attributes
    ----------
    comparisons : decided votes and ties, with the rater of each; both-bad votes are not in it.
    competitors : one entry per label of `comparisons`, in the same order.
    both_bad : (m, m) symmetric: both-bad votes per pair, 0 on the diagonal.
    appearances : (m,) votes of any of the four kinds that each competitor took part in.
    votes, raters : votes of any kind, and the people who cast them.
    named : votes on answers of which one said who wrote it; they are in all other numbers too.
    cutoff : when the newest vote was cast; None without votes.
    covariates : reads what was measured beside each comparison, in their order; None where not all of it was. It is
        asked only for what needs it, as reading takes long, and never changes for the same votes once it is there.
    grouping : reads into which groups votes and raters fall at this moment; it is asked only for what needs it.
    populations : reads which populations raters may stand for.

    Raises
    ------
    BoardInputError
        If labels or shapes do not agree.
    """

    comparisons: Comparisons
    competitors: tuple[CompetitorInfo, ...]
    both_bad: IntArray
    appearances: IntArray
    votes: int
    raters: int
    cutoff: datetime | None
    named: int = 0
    covariates: Callable[[], Covariates | None] = nothing_measured
    grouping: Callable[[], Grouping | None] = nothing_grouped
    populations: Populations = no_populations

    def __post_init__(self) -> None:
        size = len(self.competitors)
        if tuple(competitor.slug for competitor in self.competitors) != self.comparisons.competitors:
            raise BoardInputError("The competitors are not the labels of the comparisons, in their order.")
        if self.both_bad.shape != (size, size) or self.appearances.shape != (size,):
            raise BoardInputError(f"Counts have shapes {self.both_bad.shape} and {self.appearances.shape} for {size}.")
        if (self.both_bad != self.both_bad.T).any():
            raise BoardInputError("Both-bad counts are not symmetric.")
        if len(self.comparisons) and self.comparisons.rater is None:
            raise BoardInputError("The comparisons do not name their raters.")

    def measured(self) -> Comparisons:
        """Return the comparisons with the covariates of them, if there are any; the source's query."""
        found = self.covariates()
        if found is None:
            return self.comparisons
        return replace(self.comparisons, covariates=found.values, covariate_names=found.names)

    def sha256(self) -> str:
        """Return a digest of everything that a board shows; the cut-off's day and hour change nothing else."""
        digest = hashlib.sha256(self.comparisons.sha256().encode())
        for counts in (self.both_bad, self.appearances):
            digest.update(counts.astype("<i8").tobytes())
        digest.update(repr([astuple(competitor) for competitor in self.competitors]).encode())
        digest.update(f"{self.votes} {self.raters}".encode())
        if self.named:
            digest.update(f" {self.named}".encode())
        return digest.hexdigest()


BoardSource = Callable[[str, Mapping[str, object]], BoardInput]


def load_board_input(kind: str, part: Mapping[str, object]) -> BoardInput:
    """Ask the source that the settings name; its queries are its own."""
    source = cast("BoardSource", import_string(settings.RATINGS_SOURCE))
    return source(kind, part)
