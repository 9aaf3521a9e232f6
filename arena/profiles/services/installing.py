"""Give a study the survey that comes with the code."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from arena.profiles.models import Option, Question, Survey
from arena.profiles.services.publishing import publish_survey
from arena.profiles.survey_file import FileQuestion, read_survey
from arena.studies.models import Study


def install_default_survey(study: Study) -> Survey | None:
    """Publish the default survey for a study that has none, and return it; nothing, after one query, for others."""
    return None if Survey.objects.filter(study=study).exists() else _install(study)


@transaction.atomic
def _install(study: Study) -> Survey:
    survey = Survey.objects.create(study=study, number=1)
    rows = read_survey()
    questions = _add_questions(survey, rows)
    options = _add_options(rows, questions)
    for row in rows:
        if row.shown_if:
            conditions = [options[other, key] for other, keys in row.shown_if.items() for key in keys]
            questions[row.key].shown_if.set(conditions)
    return publish_survey(survey=survey)


def _add_questions(survey: Survey, rows: Sequence[FileQuestion]) -> dict[str, Question]:
    questions = [
        Question(
            survey=survey,
            position=position,
            key=row.key,
            kind=row.kind,
            text=row.text,
            why=row.why,
            hint=row.hint,
            low=row.low,
            high=row.high,
            shuffled=row.shuffled,
            coding=row.coding,
        )
        for position, row in enumerate(rows, start=1)
    ]
    for question in questions:
        question.clean_fields(exclude={"survey"})
    return {question.key: question for question in Question.objects.bulk_create(questions)}


def _add_options(rows: Sequence[FileQuestion], questions: Mapping[str, Question]) -> dict[tuple[str, str], Option]:
    options = Option.objects.bulk_create(
        Option(question=questions[row.key], key=key, position=position, text=text, asks_text=key in row.asks_text)
        for row in rows
        for position, (key, text) in enumerate(row.options.items(), start=1)
    )
    return {(option.question.key, option.key): option for option in options}
