"""Which questions are put to somebody, given what they have answered so far."""

from collections.abc import Mapping, Sequence

from arena.profiles.models import Answer, Question
from arena.profiles.values import chose


def shown_questions(questions: Sequence[Question], answers: Mapping[str, Answer]) -> list[Question]:
    """Return the questions that are asked, in order; no query for questions and answers as their selectors give them.

    A question whose condition names a question that is itself not asked is not asked either.
    """
    shown: list[Question] = []
    keys: set[str] = set()
    for question in questions:
        conditions = question.shown_if.all()
        if not conditions or any(
            option.question.key in keys
            and option.question.key in answers
            and chose(answers[option.question.key].said, option.question.key, option.key)
            for option in conditions
        ):
            shown.append(question)
            keys.add(question.key)
    return shown


def next_unanswered(shown: Sequence[Question], answers: Mapping[str, Answer], *, after: str = "") -> Question | None:
    """Return the first question without an answer that follows the question `after`, or begins the survey."""
    keys = [question.key for question in shown]
    start = keys.index(after) + 1 if after in keys else 0
    return next((question for question in shown[start:] if question.key not in answers), None)


def where_left(shown: Sequence[Question], answers: Mapping[str, Answer]) -> Question | None:
    """Return the question to go on with: the next one after the newest answer, or else the first one left out."""
    newest = max((answers[row.key] for row in shown if row.key in answers), key=lambda row: row.pk, default=None)
    following = next_unanswered(shown, answers, after=newest.key) if newest else None
    return following or next_unanswered(shown, answers)
