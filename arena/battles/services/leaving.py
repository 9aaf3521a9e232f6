"""Stop taking part: what was given stays until it is erased, and nothing goes on."""

from django.db import transaction

from arena.battles import clock
from arena.battles.models import Battle
from arena.battles.services.notify import announce
from arena.battles.services.turns import stop_running
from arena.battles.states import advance
from arena.raters.models import Rater
from arena.raters.selectors import everyone_of
from arena.studies.models import ConsentRevision
from arena.studies.services.deciding import withdraw


@transaction.atomic
def stop_taking_part(*, rater: Rater, terms: ConsentRevision) -> int:
    """Withdraw from the terms of a study and end its open battles; return how many these were.

    Whoever comes back agrees anew with the next prompt.
    """
    withdraw(rater=rater, revision=terms)
    battles = Battle.objects.filter(rater__in=everyone_of(rater.pk), study=terms.study_id, status=Battle.Status.OPEN)
    ended = 0
    for battle in battles.select_for_update(of=("self",)):
        ended += advance(Battle.objects.filter(pk=battle.pk), to=Battle.Status.ENDED, ended_at=clock.now())
        stop_running(battle.pk)
        announce(battle.pk)
    return ended
