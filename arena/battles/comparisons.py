"""The bridge from votes to comparisons: the one place where `ratings` meets votes (its settings name it)."""

from collections.abc import Hashable, Mapping

from django.db.models import Max

from arena.battles.board_rows import count_rows
from arena.battles.rated_votes import is_named, rated_votes
from arena.raters.selectors import person
from models_registry.models import Contestant
from ratings.sources import BoardInput, CompetitorInfo


def load_board_input(kind: str, part: Mapping[str, object]) -> BoardInput:
    """Return what a board is computed from; four queries, votes in the order of their ids."""
    votes = rated_votes(kind, part)
    rows: list[tuple[int, int, str, Hashable]] = list(
        votes.order_by("pk").values_list(
            "battle__snapshot_a__contestant_id", "battle__snapshot_b__contestant_id", "winner", person()
        )
    )
    return count_rows(
        rows,
        _competitors({key for row in rows for key in row[:2]}),
        named=votes.filter(is_named()).count(),
        cutoff=votes.aggregate(newest=Max("created_at"))["newest"],
    )


def _competitors(voted: set[int]) -> dict[Hashable, CompetitorInfo]:
    """Return those that were voted on, retired ones too, in a stable order."""
    rows = Contestant.objects.filter(pk__in=voted).select_related("language_model__organisation").order_by("slug")
    return {
        row.pk: CompetitorInfo(
            slug=row.slug,
            name=row.name,
            organisation=row.language_model.organisation.name,
            licence=row.language_model.licence,
        )
        for row in rows
    }
