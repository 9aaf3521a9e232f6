"""What the pages of the profile need to know of somebody."""

from dataclasses import dataclass

from django.utils.translation import get_language

from arena.profiles.branching import shown_questions
from arena.profiles.models import Answer, OptionTranslation, Question, QuestionTranslation, Survey
from arena.profiles.selectors.answers import answers_of
from arena.profiles.selectors.surveys import questions_of, survey_in_force
from arena.raters.models import Rater
from arena.studies.models import Study
from arena.studies.selectors import FALLBACK

WORDING = ("text", "why", "hint", "low", "high")


@dataclass(frozen=True, slots=True)
class Filling:
    """Somebody fills in a survey.

    Attributes
    ----------
    questions : those that are asked of them, in order and in their language.
    most : how many questions the survey can ask at the most.
    answers : what they answered so far, by key, to these questions and to earlier ones.
    """

    survey: Survey
    questions: list[Question]
    most: int
    answers: dict[str, Answer]

    @property
    def answered(self) -> int:
        """How many of the questions have an answer."""
        return sum(question.key in self.answers for question in self.questions)


def filling_of(*, rater: Rater | None, study: Study) -> Filling | None:
    """Return how far somebody is with a study's survey; nothing when it asks nothing.

    Six queries, and two more in another language than English.
    """
    survey = survey_in_force(study)
    if survey is None:
        return None
    answers = answers_of(rater_id=rater.pk, study_id=study.pk) if rater else {}
    questions = translated_questions(survey)
    return Filling(survey, shown_questions(questions, answers), len(questions), answers)


def translated_questions(survey: Survey) -> list[Question]:
    """Return the questions of a survey in the language of the reader; what is not translated stays English."""
    questions = questions_of(survey)
    for question in questions:
        question.survey = survey
    language = get_language() or FALLBACK
    if language != FALLBACK:
        _translate(questions, survey, language)
    return questions


def _translate(questions: list[Question], survey: Survey, language: str) -> None:
    texts = {
        row.question_id: row for row in QuestionTranslation.objects.filter(question__survey=survey, language=language)
    }
    words = {
        row.option_id: row.text
        for row in OptionTranslation.objects.filter(option__question__survey=survey, language=language)
    }
    for question in questions:
        for name in WORDING if question.pk in texts else ():
            setattr(question, name, getattr(texts[question.pk], name))
        for option in question.options.all():
            option.text = words.get(option.pk, option.text)
