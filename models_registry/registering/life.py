"""A contestant's way into the draw, out of it and into retirement, each step with who did it and why.

draft -> in the draw <-> leaving the draw -> retired. Nothing leads back from retirement: a copy begins anew, so that
every vote speaks of one unbroken contestant.
"""

import math
from collections.abc import Mapping
from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from models_registry.models import Contestant, ContestantEvent
from models_registry.registering.errors import RegistryError

Status = Contestant.Status
Action = ContestantEvent.Action
REASON_CHARS = 300


@transaction.atomic
def enter_draw(*, contestant: Contestant, by: User, weight: float | None = None) -> None:
    """Put a draft into the draw, or bring one back that was leaving it; without `weight` it keeps its own.

    Raises
    ------
    RegistryError
        When its state does not allow that, its endpoint is switched off, or the weight is not above 0.
    """
    chosen = _checked_weight(contestant.weight if weight is None else weight)
    if not contestant.endpoint.enabled:
        raise RegistryError(_("Its endpoint is switched off. Switch it on in the administration first."))
    event = ContestantEvent(action=Action.RETURNED if contestant.status == Status.DRAINING else Action.ENTERED, by=by)
    _move(contestant, (Status.DRAFT, Status.DRAINING), {"status": Status.ACTIVE, "weight": chosen}, event)


@transaction.atomic
def weigh(*, contestant: Contestant, by: User, weight: float) -> None:
    """Give a contestant that is in the draw another weight; raise `RegistryError` when that cannot be done."""
    event = ContestantEvent(action=Action.WEIGHED, by=by)
    _move(contestant, (Status.ACTIVE,), {"weight": _checked_weight(weight)}, event)


@transaction.atomic
def drain(*, contestant: Contestant, by: User, reason: str = "") -> None:
    """Take a contestant out of the draw: no new battle gets it, and those that run come to their end.

    Raises
    ------
    RegistryError
        When it is not in the draw.
    """
    event = ContestantEvent(action=Action.DRAINED, by=by, reason=reason)
    _move(contestant, (Status.ACTIVE,), {"status": Status.DRAINING}, event)


@transaction.atomic
def retire(*, contestant: Contestant, by: User, on: date, reason: str, today: date) -> None:
    """Retire a contestant that was in the draw, for good. Its snapshots, battles and ratings stay.

    Raises
    ------
    RegistryError
        Without a reason, with a date that has not come yet or is before its registration, or for a draft.
    """
    if not reason.strip():
        raise RegistryError(_("Say why it is retired: the public page shows it."))
    if not contestant.created_at.date() <= on <= today:
        raise RegistryError(_("The date must lie between its registration and today."))
    changes = {"status": Status.RETIRED, "retired_on": on, "retired_reason": reason.strip()[:REASON_CHARS]}
    _move(
        contestant,
        (Status.ACTIVE, Status.DRAINING),
        changes,
        ContestantEvent(action=Action.RETIRED, by=by, reason=reason),
    )


def note(event: ContestantEvent, *, contestant: Contestant) -> None:
    """Add a line to the history of a contestant, with its weight as it is now."""
    event.contestant, event.weight, event.reason = contestant, contestant.weight, event.reason.strip()[:REASON_CHARS]
    event.save()


def _move(
    contestant: Contestant, came_from: tuple[str, ...], changes: Mapping[str, object], event: ContestantEvent
) -> None:
    """Change the row if its state still allows it, and write that down."""
    # One conditional update: of two curators who press at the same time, one is told.
    if not Contestant.objects.filter(pk=contestant.pk, status__in=came_from).update(**changes):
        raise RegistryError(_("Its state does not allow this, or somebody was quicker. Look at it again."))
    contestant.refresh_from_db()
    note(event, contestant=contestant)


def _checked_weight(weight: float) -> float:
    if not (math.isfinite(weight) and 0 < weight <= Contestant.MOST_WEIGHT):
        raise RegistryError(_("The weight must be above 0 and at most %d.") % Contestant.MOST_WEIGHT)
    return weight
