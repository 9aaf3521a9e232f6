"""Reads of surveys."""

from django.db.models import Prefetch, QuerySet

from arena.profiles.models import Option, Question, Survey
from arena.studies.models import Study


def survey_in_force(study: Study) -> Survey | None:
    """Return what a study asks people about themselves; nothing when it does not. One query."""
    return Survey.objects.filter(study=study, published_at__isnull=False, retired_at=None).first()


def questions_of(survey: Survey) -> list[Question]:
    """Return the questions of a survey in their order, with options and conditions; three queries."""
    return list(question_rows().filter(survey=survey).order_by("position"))


def question_rows() -> QuerySet[Question]:
    """Return questions that bring their options in order, and the options on which they depend."""
    return Question.objects.prefetch_related(
        Prefetch("options", Option.objects.order_by("asks_text", "position")),
        Prefetch("shown_if", Option.objects.select_related("question").order_by("pk")),
    )
