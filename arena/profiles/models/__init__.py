"""What people are asked about themselves, and what they answered."""

from arena.profiles.models.answers import Answer, AnswerValue
from arena.profiles.models.coding import Coding, CodingFrame
from arena.profiles.models.margins import Margins
from arena.profiles.models.surveys import Option, OptionTranslation, Question, QuestionTranslation, Survey

__all__ = [
    "Answer",
    "AnswerValue",
    "Coding",
    "CodingFrame",
    "Margins",
    "Option",
    "OptionTranslation",
    "Question",
    "QuestionTranslation",
    "Survey",
]
