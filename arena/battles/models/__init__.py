"""What a battle leaves behind: what was asked and answered, and what was thought of it."""

from arena.battles.models.battles import (
    AbandonedDraw,
    AnswerFinding,
    Battle,
    Completion,
    CompletionQuerySet,
    ContestantSpeed,
    EndpointHealth,
    Exclusion,
    ExposureDay,
    Side,
    Skip,
    Turn,
    Vote,
)

__all__ = [
    "AbandonedDraw",
    "AnswerFinding",
    "Battle",
    "Completion",
    "CompletionQuerySet",
    "ContestantSpeed",
    "EndpointHealth",
    "Exclusion",
    "ExposureDay",
    "Side",
    "Skip",
    "Turn",
    "Vote",
]
