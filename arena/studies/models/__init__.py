"""What studies store."""

from arena.studies.models.asked import Attribute, AttributeRevision, Reason, ReasonRevision
from arena.studies.models.consent import ConsentDecision, ConsentRevision, Purpose
from arena.studies.models.studies import Protocol, Study

__all__ = [
    "Attribute",
    "AttributeRevision",
    "ConsentDecision",
    "ConsentRevision",
    "Protocol",
    "Purpose",
    "Reason",
    "ReasonRevision",
    "Study",
]
