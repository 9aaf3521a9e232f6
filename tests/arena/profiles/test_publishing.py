"""Surveys: drafts are copied, edited and published; what was published stays."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from arena.profiles.errors import SurveyIncompleteError, SurveyPublishedError
from arena.profiles.models import Option, OptionTranslation, Question, QuestionTranslation, Survey
from arena.profiles.selectors.pages import translated_questions
from arena.profiles.selectors.surveys import questions_of, survey_in_force
from arena.profiles.services.installing import install_default_survey
from arena.profiles.services.publishing import draft_from, new_survey, publish_survey

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def content(survey: Survey) -> list[object]:
    skipped = {"id", "survey_id", "question_id", "option_id"}
    return [
        (
            {name: value for name, value in vars(question).items() if name[0] != "_" and name not in skipped},
            [(row.key, row.position, row.text, row.asks_text) for row in question.options.all()],
            [(row.question.key, row.key) for row in question.shown_if.all()],
            list(question.translations.values_list("language", "text")),
            list(question.options.values_list("translations__language", "translations__text")),
        )
        for question in questions_of(survey)
    ]


def test_study_is_given_the_default_survey_once(study):
    again = install_default_survey(study)

    assert again is None
    assert survey_in_force(study).questions.count() == 18


def test_draft_asks_what_the_survey_asks_and_takes_its_place(study):
    survey = survey_in_force(study)
    draft = draft_from(survey=survey)
    question = draft.questions.get(key="age")
    QuestionTranslation.objects.create(question=question, language="de", text="Wie alt sind Sie?", why="Darum.")
    OptionTranslation.objects.create(option=question.options.first(), language="de", text="18 bis 24")
    before = content(survey)[8][:3] == content(draft)[8][:3]
    publish_survey(survey=draft)

    second = draft_from(survey=draft)

    survey.refresh_from_db()
    assert before
    assert (draft.number, draft.state, survey.state, second.state) == (2, "published", "retired", "draft")
    assert content(second) == content(draft)
    assert content(second)[3][2] == [("lm_indirect_use", "yes"), ("lm_direct_use", "yes")]
    with translation.override("de"):
        age = next(row for row in translated_questions(second) if row.key == "age")
    assert (age.text, age.options.all()[0].text, age.options.all()[1].text) == (
        "Wie alt sind Sie?",
        "18 bis 24",
        "25 to 34 years",
    )


def test_nothing_of_a_published_survey_can_be_changed(study):
    survey = survey_in_force(study)
    age = survey.questions.get(key="age")
    option = age.options.first()
    attempts = [
        lambda: Survey.objects.filter(pk=survey.pk).update(number=7),
        survey.delete,
        lambda: Question.objects.filter(pk=age.pk).update(text="Else?"),
        age.delete,
        lambda: Question.objects.create(survey=survey, key="new", position=99, kind="short", text="?", why="."),
        lambda: Option.objects.filter(pk=option.pk).update(text="Else"),
        lambda: Option.objects.create(question=age, key="new", position=99, text="New"),
        lambda: age.shown_if.add(survey.questions.get(key="lm_direct_use").options.first()),
        lambda: QuestionTranslation.objects.create(question=age, language="de", text="?", why="."),
        lambda: OptionTranslation.objects.create(option=option, language="de", text="?"),
    ]

    refused = 0
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
        refused += 1

    assert refused == len(attempts)


def test_published_survey_is_not_published_twice(study):
    with pytest.raises(SurveyPublishedError):
        publish_survey(survey=survey_in_force(study))


def test_incomplete_draft_is_not_published(study):
    draft = new_survey(study=study)
    parts = {"survey": draft, "text": "Why?"}
    problems = []

    def attempt() -> None:
        with pytest.raises(SurveyIncompleteError) as found:
            publish_survey(survey=draft)
        problems.append(str(found.value))

    attempt()
    first = Question.objects.create(key="first", kind="one", position=1, coding="religion", **parts)
    attempt()
    Question.objects.filter(survey=draft).update(why="So.")
    attempt()
    Option.objects.create(question=first, key="a", position=1, text="A")
    attempt()
    Question.objects.filter(pk=first.pk).update(coding="")
    later = Question.objects.create(key="later", kind="one", position=2, why="So.", **parts)
    first.shown_if.add(Option.objects.create(question=later, key="b", position=1, text="B"))
    attempt()

    assert problems == [
        "There are no questions yet.",
        "The question “first” does not say why it is asked.",
        "The question “first” has no options to choose from.",
        "Only texts are sorted by staff, and “first” is none.",
        "“first” depends on an answer that is not asked for before it.",
    ]
    assert survey_in_force(study).number == 1
