"""Store what people answer about themselves; every answer is a row, and none is written over."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from arena.profiles.branching import shown_questions
from arena.profiles.errors import NotAllowedError, NotAskedError
from arena.profiles.models import Answer, AnswerValue, Question
from arena.profiles.selectors.answers import answers_of
from arena.profiles.selectors.surveys import questions_of
from arena.profiles.values import DECLINED, Said, values_of
from arena.raters.models import Rater
from arena.studies.models import Purpose
from arena.studies.selectors import standing


@transaction.atomic
def save_answer(*, rater: Rater, question: Question, said: Said | None, options_order: list[str]) -> Answer:
    """Store what a rater said to a question, or with None that they prefer not to say, and return the row.

    The answer before stays, and what is not asked any more after this answer is put aside. Saying the same again stores
    nothing. Answers of one rater wait for each other.

    Raises
    ------
    NotAllowedError
        When the person has not agreed to a profile.
    NotAskedError
        When the question's survey is not in force.
    """
    Rater.objects.select_for_update(no_key=True).get(pk=rater.pk)
    survey = question.survey
    if standing(Purpose.PROFILE, study_id=survey.study_id, rater_id=rater.pk).agreed is None:
        raise NotAllowedError
    survey.refresh_from_db()
    if survey.state != survey.State.PUBLISHED:
        raise NotAskedError
    before = answers_of(rater_id=rater.pk, study_id=survey.study_id)
    values = {question.key: DECLINED} if said is None else values_of(question, said, options=options_order)
    text = said.text if said else ""
    if question.key in before and _is_same(before[question.key], question, values, text):
        return before[question.key]
    state = Answer.State.GIVEN if said else Answer.State.DECLINED
    answer = _add(rater, question, state, text=text, options_order=options_order)
    AnswerValue.objects.bulk_create(
        AnswerValue(answer=answer, field=field, value=value) for field, value in values.items()
    )
    _put_aside(rater, question, {**before, question.key: answer})
    return answer


def _is_same(answer: Answer, question: Question, values: Mapping[str, str], text: str) -> bool:
    if answer.text != text:
        return False
    # What staff sorted stays sorted while the words are the same.
    return answer.said == values or bool(question.coding and text)


def _add(
    rater: Rater, question: Question, state: Answer.State, *, text: str = "", options_order: list[str] | None = None
) -> Answer:
    answer = Answer(
        rater=rater,
        study_id=question.survey.study_id,
        question=question,
        key=question.key,
        state=state,
        text=text,
        options_order=options_order or [],
        answered_at=timezone.now(),
    )
    answer.full_clean()
    answer.save()
    return answer


def _put_aside(rater: Rater, changed: Question, answers: Mapping[str, Answer]) -> None:
    """Say of every answer whose question is not asked any more that it is not."""
    questions = questions_of(changed.survey)
    shown = {question.key for question in shown_questions(questions, answers)}
    for question in questions:
        if question.key in answers and question.key not in shown:
            question.survey = changed.survey
            _add(rater, question, Answer.State.NOT_ASKED)
