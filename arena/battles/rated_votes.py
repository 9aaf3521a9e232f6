"""Which votes a board holds."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, QuerySet

from arena.battles.models import AnswerFinding, Vote
from ratings.errors import BoardInputError

NAMED = "named"
FIELDS = {
    "protocol": "battle__protocol__slug",
    "study": "battle__study__slug",
    "category": "battle__prompt_revision__prompt__category__slug",
}


def rated_votes(kind: str, part: Mapping[str, object]) -> QuerySet[Vote]:
    """Return the votes that a board of `kind` and slice `part` holds; excluded ones are left out (Law 5).

    A slice names its protocol, and may name a study and a category. With `"named": "left_out"` it is without the votes
    on a battle in which an answer named a model or its maker as its own.

    Raises
    ------
    BoardInputError
        As `check_slice`.
    """
    check_slice(part)
    conditions = {FIELDS[key]: value for key, value in part.items() if key in FIELDS}
    votes = Vote.objects.filter(kind=kind, exclusions__isnull=True, **conditions)
    return votes.exclude(is_named()) if part.get(NAMED) == "left_out" else votes


def check_slice(part: Mapping[str, object]) -> None:
    """Make sure that a slice can be kept to.

    Raises
    ------
    BoardInputError
        When it holds a key that is not known: leaving it out would publish other votes than it says.
    """
    unknown = sorted(set(part) - set(FIELDS) - {NAMED})
    if unknown:
        known = ", ".join([*FIELDS, NAMED])
        raise BoardInputError(f"The slice has unknown keys: {', '.join(unknown)}. Known are {known}.")
    if part.get(NAMED, "kept") not in {"kept", "left_out"}:
        raise BoardInputError(f'{NAMED} must be "kept" or "left_out".')


def is_named() -> Exists:
    """Whether an answer that was judged with a vote named a model as its own."""
    judged = AnswerFinding.objects.filter(completion__votes=OuterRef("pk"), code=AnswerFinding.Code.IDENTITY)
    return Exists(judged)
