"""Make drafts of surveys, publish and retire them."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import models, transaction
from django.utils import timezone

from arena.profiles.errors import SurveyIncompleteError, SurveyPublishedError
from arena.profiles.models import Option, Question, Survey
from arena.profiles.selectors.surveys import questions_of
from arena.studies.models import Study

WITH_OPTIONS = (Question.Kind.ONE, Question.Kind.SEVERAL, Question.Kind.SLIDERS)
Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def new_survey(*, study: Study) -> Survey:
    """Return an empty draft with the next number of a study."""
    Study.objects.select_for_update().get(pk=study.pk)
    newest = Survey.objects.filter(study=study).order_by("-number").first()
    return Survey.objects.create(study=study, number=newest.number + 1 if newest else 1)


@transaction.atomic
def draft_from(*, survey: Survey) -> Survey:
    """Return a new draft that asks what `survey` asks, with all translations and conditions."""
    draft = new_survey(study=survey.study)
    options: dict[int, Option] = {}
    for question in questions_of(survey):
        conditions = [options[row.pk] for row in question.shown_if.all() if row.pk in options]
        translations, old_options = list(question.translations.all()), list(question.options.all())
        made = _copy(question, survey=draft)
        made.shown_if.set(conditions)
        _copy_all(translations, question=made)
        for option in old_options:
            old_key, words = option.pk, list(option.translations.all())
            options[old_key] = _copy(option, question=made)
            _copy_all(words, option=options[old_key])
    return draft


def _copy_all(rows: Iterable[models.Model], **parent: models.Model) -> None:
    for row in rows:
        _copy(row, **parent)


def _copy(row: Row, **parent: models.Model) -> Row:
    """Store a row once more, as part of another parent."""
    row.pk = None
    row._state.adding = True  # noqa: SLF001 - documented by Django
    for name, value in parent.items():
        setattr(row, name, value)
    row.save()
    return row


@transaction.atomic
def publish_survey(*, survey: Survey) -> Survey:
    """Ask what a draft asks from now on, and retire the survey that it replaces. Safe to race: one caller publishes.

    Raises
    ------
    SurveyPublishedError
        When it was published before.
    SurveyIncompleteError
        When something is missing in it.
    """
    Study.objects.select_for_update().get(pk=survey.study_id)
    if not Survey.objects.filter(pk=survey.pk, published_at=None).exists():
        raise SurveyPublishedError(f"Survey {survey} is published already. Make a new draft from it.")
    _check(questions_of(survey))
    now = timezone.now()
    Survey.objects.filter(study=survey.study_id, published_at__isnull=False, retired_at=None).update(retired_at=now)
    Survey.objects.filter(pk=survey.pk).update(published_at=now)
    survey.refresh_from_db()
    return survey


@transaction.atomic
def retire_survey(*, survey: Survey) -> Survey:
    """Ask nothing any more; answers stay. A survey that is not in force is left as it is."""
    Survey.objects.filter(pk=survey.pk, published_at__isnull=False, retired_at=None).update(retired_at=timezone.now())
    survey.refresh_from_db()
    return survey


def _check(questions: list[Question]) -> None:
    if not questions:
        raise SurveyIncompleteError("There are no questions yet.")
    before: set[int] = set()
    for question in questions:
        if not question.why:
            raise SurveyIncompleteError(f"The question “{question.key}” does not say why it is asked.")
        if question.kind in WITH_OPTIONS and not question.options.all():
            raise SurveyIncompleteError(f"The question “{question.key}” has no options to choose from.")
        if question.coding and question.kind not in Question.TEXTS:
            raise SurveyIncompleteError(f"Only texts are sorted by staff, and “{question.key}” is none.")
        if any(option.question_id not in before for option in question.shown_if.all()):
            raise SurveyIncompleteError(f"“{question.key}” depends on an answer that is not asked for before it.")
        before.add(question.pk)
