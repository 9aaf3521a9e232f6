"""The bridge from votes to comparisons: the one place where `ratings` meets votes (its settings name it)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from arena.battles.board_groups import read_grouping
from arena.battles.board_rows import BOTH_BAD, BoardVotes, count_votes
from arena.battles.kept_style import KeptStyle
from arena.battles.models import Exclusion, Vote
from arena.battles.populations import populations_in_use
from arena.battles.rated_votes import NAMED, check_slice, is_named
from arena.battles.vote_table import KeptVotes, Numbers, VoteTable
from arena.prompts.models import PromptRevision
from arena.raters.models import Rater
from arena.studies.models import Protocol, Study
from models_registry.models import Contestant, ContestantSnapshot
from ratings.core.arrays import BoolArray, IntArray
from ratings.sources import BoardInput, CompetitorInfo

POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
NEVER = np.iinfo(np.int64).min
kept_votes = {kind: KeptVotes(kind) for kind in Rater.Kind.values}
kept_style = KeptStyle()


def load_board_input(kind: str, part: Mapping[str, object]) -> BoardInput:
    """Return what a board is computed from, votes in the order of their ids.

    Few queries, which read little: votes are kept from one call to the next, see `vote_table`.

    Raises
    ------
    BoardInputError
        As `rated_votes`.
    """
    check_slice(part)
    return board_input(kept_votes[kind].current(), kind, part)


def board_input(table: VoteTable, kind: str, part: Mapping[str, object]) -> BoardInput:
    """Return the input of a board of the votes of `kind`, which `table` has."""
    named = _are_among(table, _named_votes(kind))
    excluded = Exclusion.objects.filter(vote__kind=kind).values_list("vote_id")
    held = _in_slice(table, part) & ~_are_among(table, excluded)
    if part.get(NAMED) == "left_out":
        held &= ~named
    compared = held & (table.winner != BOTH_BAD)
    a, b, competitors = place_contestants(table.a[held], table.b[held])
    counted = count_votes(
        BoardVotes(a=a, b=b, winner=table.winner[held], rater=table.rater[held]),
        competitors,
        named=int(np.count_nonzero(named & held)),
        cutoff=_cutoff(table, held),
        covariates=lambda: kept_style.covariates(table.vote[compared]),
    )
    return replace(
        counted,
        grouping=lambda: read_grouping(table, compared, counted.comparisons, kind),
        populations=populations_in_use,
    )


def _in_slice(table: VoteTable, part: Mapping[str, object]) -> BoolArray:
    """Tell which votes have the protocol, the study and the category that the slice names."""
    held = np.ones(len(table), dtype=np.bool_)
    if "protocol" in part:
        held &= _is_among(table.protocol, Protocol.objects.filter(slug=part["protocol"]).values_list("pk"))
    if "study" in part:
        held &= _is_among(table.study, Study.objects.filter(slug=part["study"]).values_list("pk"))
    if "category" in part:
        revisions = PromptRevision.objects.filter(prompt__category__slug=part["category"])
        held &= _is_among(table.prompt_revision, revisions.values_list("pk"))
    return held


def _is_among(column: Numbers, ids: Iterable[tuple[int]]) -> BoolArray:
    wanted = _array(ids)
    marked = np.zeros(max(column.max(initial=0), wanted.max(initial=0)) + 1, dtype=np.bool_)
    marked[wanted] = True
    return marked[column]


def _are_among(table: VoteTable, votes: Iterable[tuple[int]]) -> BoolArray:
    """Tell which rows of the table are the given votes; those that it does not have are passed over."""
    wanted = _array(votes)
    first, after = (np.searchsorted(table.vote, wanted, side) for side in ("left", "right"))
    marked = np.zeros(len(table), dtype=np.bool_)
    marked[first[first < after]] = True
    return marked


def _array(ids: Iterable[tuple[int]]) -> IntArray:
    return np.fromiter((number for (number,) in ids), dtype=np.intp)


def _named_votes(kind: str) -> Iterable[tuple[int]]:
    return Vote.objects.filter(is_named(), kind=kind).values_list("pk")


def place_contestants(a: Numbers, b: Numbers) -> tuple[Numbers, Numbers, list[CompetitorInfo]]:
    """Return both sides as positions among the contestants, and these by slug: all that were voted on, retired too."""
    seen = np.union1d(np.flatnonzero(np.bincount(a)), np.flatnonzero(np.bincount(b)))
    snapshots = dict(ContestantSnapshot.objects.filter(pk__in=seen.tolist()).values_list("pk", "contestant_id"))
    rows = Contestant.objects.filter(pk__in=set(snapshots.values())).select_related("language_model__organisation")
    contestants = list(rows.order_by("slug"))
    place = {contestant.pk: position for position, contestant in enumerate(contestants)}
    position = np.zeros(max(snapshots, default=0) + 1, dtype=np.int32)
    for snapshot, contestant in snapshots.items():
        position[snapshot] = place[contestant]
    return position[a], position[b], [_described(contestant) for contestant in contestants]


def _described(contestant: Contestant) -> CompetitorInfo:
    return CompetitorInfo(
        slug=contestant.slug,
        name=contestant.name,
        organisation=contestant.language_model.organisation.name,
        licence=contestant.language_model.licence,
    )


def _cutoff(table: VoteTable, held: BoolArray) -> datetime | None:
    newest = table.cast_at[held].max(initial=NEVER)
    return None if newest == NEVER else POSTGRES_EPOCH + timedelta(microseconds=int(newest))
