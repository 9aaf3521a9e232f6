"""The bridge from votes to comparisons: the one place where `ratings` meets votes (its settings name it)."""

from collections.abc import Hashable, Mapping

from django.db.models import Exists, Max, OuterRef, QuerySet

from arena.battles.board_rows import count_rows
from arena.battles.models import AnswerFinding, Vote
from arena.raters.selectors import person
from models_registry.models import Contestant
from ratings.errors import BoardInputError
from ratings.sources import BoardInput, CompetitorInfo

NAMED = "named"


def rated_votes(kind: str, part: Mapping[str, object]) -> QuerySet[Vote]:
    """Return the votes that a board of `kind` and slice `part` holds; excluded ones are left out (Law 5).

    A slice names its protocol, and may name a study and a category. With `"named": "left_out"` it is without the votes
    on a battle in which an answer named a model or its maker as its own.

    Raises
    ------
    BoardInputError
        When the slice holds a key that is not known: leaving it out would publish other votes than it says.
    """
    fields = {
        "protocol": "battle__protocol__slug",
        "study": "battle__study__slug",
        "category": "battle__prompt_revision__prompt__category__slug",
    }
    unknown = sorted(set(part) - set(fields) - {NAMED})
    if unknown:
        known = ", ".join([*fields, NAMED])
        raise BoardInputError(f"The slice has unknown keys: {', '.join(unknown)}. Known are {known}.")
    if part.get(NAMED, "kept") not in {"kept", "left_out"}:
        raise BoardInputError(f'{NAMED} must be "kept" or "left_out".')
    conditions = {fields[key]: value for key, value in part.items() if key in fields}
    votes = Vote.objects.filter(kind=kind, exclusions__isnull=True, **conditions)
    return votes.exclude(_is_named()) if part.get(NAMED) == "left_out" else votes


def _is_named() -> Exists:
    """Whether an answer that was judged with a vote named a model as its own."""
    judged = AnswerFinding.objects.filter(completion__votes=OuterRef("pk"), code=AnswerFinding.Code.IDENTITY)
    return Exists(judged)


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
        named=votes.filter(_is_named()).count(),
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
