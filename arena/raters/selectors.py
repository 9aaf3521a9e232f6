"""Who is one person."""

import uuid

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from arena.raters.models import Rater


def selves(rater_id: uuid.UUID) -> QuerySet[Rater]:
    """Return the rater and those who were merged into it, to be used within a query: `rater__in=selves(id)`."""
    return Rater.objects.filter(Q(pk=rater_id) | Q(merged_into=rater_id))


def everyone_of(rater_id: uuid.UUID) -> QuerySet[Rater]:
    """Return all raters that are one person with this one, which may itself be merged; for a query, as `selves`.

    For what concerns the person and gives nothing away. What an old cookie may open is told by `selves`.
    """
    home = Rater.objects.filter(pk=rater_id).values(home=Coalesce("merged_into_id", "id"))
    return Rater.objects.filter(Q(pk__in=home) | Q(merged_into__in=home))


def person(path: str = "rater") -> Coalesce:
    """Return the person behind the rater at `path`, to be counted or grouped by: the account's rater after merging."""
    return Coalesce(f"{path}__merged_into_id", f"{path}_id")
