"""What studies store."""

from arena.studies.models.consent import ConsentDecision, ConsentRevision, Purpose
from arena.studies.models.studies import Protocol, Study

__all__ = ["ConsentDecision", "ConsentRevision", "Protocol", "Purpose", "Study"]
