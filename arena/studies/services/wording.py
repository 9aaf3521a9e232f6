"""Word anew what is asked."""

from django.db import transaction

from arena.studies.models import Attribute, AttributeRevision, Reason, ReasonRevision


@transaction.atomic
def add_wording(*, revision: AttributeRevision | ReasonRevision) -> None:
    """Store words that are in force from now on, with the next number; those before stay with what was answered."""
    if isinstance(revision, AttributeRevision):
        asked: Attribute | Reason = Attribute.objects.select_for_update().get(pk=revision.attribute_id)
    else:
        asked = Reason.objects.select_for_update().get(pk=revision.reason_id)
    newest = asked.revisions.order_by("-number").first()
    revision.number = newest.number + 1 if newest else 1
    revision.full_clean()
    revision.save()
