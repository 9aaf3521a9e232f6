"""Leave a vote out of the boards, by a record with a reason."""

from django.db import transaction

from arena.battles.models import Exclusion
from ratings.services.requesting import request_refresh


@transaction.atomic
def record_exclusion(*, exclusion: Exclusion) -> None:
    """Save a new exclusion and have the boards of that kind of vote fitted again; the vote itself stays (Law 5).

    Raises
    ------
    django.core.exceptions.ValidationError
        When the reason or the vote is missing.
    """
    exclusion.full_clean()
    exclusion.save(force_insert=True)
    request_refresh(kind=exclusion.vote.kind)
