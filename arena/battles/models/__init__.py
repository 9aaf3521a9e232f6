"""What a battle leaves behind: what was asked and answered, and what was thought of it."""

from arena.battles.models.battles import (
    PAIR,
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
from arena.battles.models.details import VoteAttribute, VoteReason
from arena.battles.models.scores import HIGHEST, LOWEST, MIDDLE, Assessment, AttributeRating, Score, ScoredTurn

__all__ = [
    "HIGHEST",
    "LOWEST",
    "MIDDLE",
    "PAIR",
    "AbandonedDraw",
    "AnswerFinding",
    "Assessment",
    "AttributeRating",
    "Battle",
    "Completion",
    "CompletionQuerySet",
    "ContestantSpeed",
    "EndpointHealth",
    "Exclusion",
    "ExposureDay",
    "Score",
    "ScoredTurn",
    "Side",
    "Skip",
    "Turn",
    "Vote",
    "VoteAttribute",
    "VoteReason",
]
