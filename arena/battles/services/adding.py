"""What a rater adds to a vote: only what the protocol asks, and stored together with the vote."""

from arena.battles.errors import UnknownChoiceError
from arena.battles.models import Vote, VoteAttribute, VoteReason
from arena.battles.vote_details import VoteDetails
from arena.studies.models import AttributeRevision, Protocol, ReasonRevision


def check_asked(details: VoteDetails, protocol: Protocol) -> None:
    """Make sure that everything that was said had been asked; a query for reasons, and one for attributes.

    Words that were in force when the page was made are as good as those in force now.

    Raises
    ------
    UnknownChoiceError
        When something was not.
    """
    reasons = {revision for _side, revision in details.reasons}
    attributes = {revision for _side, revision in details.attributes}
    if (
        (details.strength is not None and not protocol.asks_strength)
        or (details.justification and not protocol.asks_justification)
        or (reasons and reasons != _asked_reasons(reasons, protocol))
        or (attributes and attributes != _asked_attributes(attributes, protocol))
    ):
        raise UnknownChoiceError


def _asked_reasons(revisions: set[int], protocol: Protocol) -> set[int]:
    rows = ReasonRevision.objects.filter(pk__in=revisions, reason__key__in=protocol.reasons)
    return set(rows.values_list("pk", flat=True))


def _asked_attributes(revisions: set[int], protocol: Protocol) -> set[int]:
    rows = AttributeRevision.objects.filter(pk__in=revisions, attribute__key__in=protocol.attributes)
    return set(rows.values_list("pk", flat=True))


def add_details(details: VoteDetails, vote: Vote) -> None:
    """Store the reasons and attributes of a vote, in the transaction that stores the vote; a query for each."""
    VoteReason.objects.bulk_create(
        VoteReason(vote=vote, side=side, revision_id=revision) for side, revision in sorted(details.reasons)
    )
    VoteAttribute.objects.bulk_create(
        VoteAttribute(vote=vote, side=side, revision_id=revision, level=level)
        for (side, revision), level in sorted(details.attributes.items())
    )
