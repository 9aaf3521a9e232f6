"""What people decide about the texts: agree, withdraw, and nothing of it is forgotten."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from arena.raters.models import Rater
from arena.raters.selectors import everyone_of
from arena.studies.models import ConsentDecision, ConsentRevision, Purpose
from arena.studies.services.texts import StudyError


class StaleTextError(StudyError):
    """The text that somebody agreed to is not in force: it has to be read again as it is now."""


@transaction.atomic
def agree(*, rater: Rater, revision: ConsentRevision) -> ConsentDecision:
    """Store that a rater agreed to a text that is in force; who did so before gets that decision back.

    Decisions of one rater wait for each other. It holds for all raters that are the same person.

    Raises
    ------
    StaleTextError
        When the text is not in force.
    """
    Rater.objects.select_for_update(no_key=True).get(pk=rater.pk)
    # The lock keeps the text from being retired before the decision is stored.
    text = ConsentRevision.objects.select_for_update(no_key=True).get(pk=revision.pk)
    if not text.is_in_force or text.purpose == Purpose.PRIVACY:
        raise StaleTextError(f"{revision} is not in force.")
    before = list(_in_force(rater, text))
    if before and all(decision.given and decision.revision_id == text.pk for decision in before):
        return before[0]
    return _decide(rater, text, given=True)


@transaction.atomic
def withdraw(*, rater: Rater, revision: ConsentRevision) -> ConsentDecision:
    """Store that a rater does not agree, or no more; `revision` is the text that stood beside the choice."""
    Rater.objects.select_for_update(no_key=True).get(pk=rater.pk)
    before = list(_in_force(rater, revision))
    if before and not any(decision.given for decision in before):
        return before[0]
    return _decide(rater, revision, given=False)


def _in_force(rater: Rater, text: ConsentRevision) -> QuerySet[ConsentDecision]:
    return ConsentDecision.objects.filter(
        rater__in=everyone_of(rater.pk), study=text.study_id, purpose=text.purpose, superseded_at=None
    )


def _decide(rater: Rater, text: ConsentRevision, *, given: bool) -> ConsentDecision:
    now = timezone.now()
    _in_force(rater, text).update(superseded_at=now)
    return ConsentDecision.objects.create(
        rater=rater,
        study_id=text.study_id,
        purpose=text.purpose,
        revision=text,
        sha256=text.sha256,
        given=given,
        decided_at=now,
    )
