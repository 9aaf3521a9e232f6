"""Answers are rows that stay; what is said again, put aside, shuffled or refused."""

import pytest
from django.db import IntegrityError, transaction

from arena.profiles.asking import options_order
from arena.profiles.errors import NotAllowedError, NotAskedError
from arena.profiles.models import Answer, Question
from arena.profiles.selectors.answers import answers_of
from arena.profiles.services.answering import save_answer
from arena.profiles.services.publishing import retire_survey
from arena.profiles.values import Said
from arena.raters.models import Rater

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def say(study, rater):
    """Says something to the question of a key; without any word: prefer not to say."""
    questions = {row.key: row for row in Question.objects.filter(survey__study=study).select_related("survey")}

    def say(key: str, who: Rater = rater, **said: object) -> Answer:
        order = [row.key for row in questions[key].options.all()]
        words = Said(**said) if said else None
        return save_answer(rater=who, question=questions[key], said=words, options_order=order)

    return say


def states(rater: Rater) -> list[tuple[str, str]]:
    return list(Answer.objects.filter(rater=rater).order_by("pk").values_list("key", "state"))


def test_saying_the_same_again_stores_nothing(say):
    first = say("age", chosen=["18-24"]), say("religion", text="Mine"), say("gender")

    again = say("age", chosen=["18-24"]), say("religion", text="Mine"), say("gender")

    assert again == first


def test_what_is_not_asked_any_more_is_put_aside_and_asked_again_later(say, study, rater):
    say("lm_direct_use", chosen=["yes"])
    say("lm_frequency_use", chosen=["every_day"])
    say("lm_direct_use", chosen=["no"])

    hidden = answers_of(rater_id=rater.pk, study_id=study.pk)
    say("lm_direct_use", chosen=["yes"])

    assert set(hidden) == {"lm_direct_use"}
    assert set(answers_of(rater_id=rater.pk, study_id=study.pk)) == {"lm_direct_use"}
    assert states(rater)[3] == ("lm_frequency_use", "not_asked")


def test_newest_answer_of_one_person_counts_whichever_device_gave_it(say, study, rater):
    say("age", chosen=["18-24"])
    say("gender", chosen=["female"])
    home = Rater.objects.create()
    Rater.objects.filter(pk=rater.pk).update(merged_into=home)
    say("age", home, chosen=["25-34"])

    answers = answers_of(rater_id=home.pk, study_id=study.pk)

    assert {key: row.said[key] for key, row in answers.items()} == {"age": "25-34", "gender": "female"}


def test_nothing_is_stored_without_permission_or_survey(say, study):
    with pytest.raises(NotAllowedError):
        say("age", Rater.objects.create(), chosen=["18-24"])
    retire_survey(survey=study.surveys.get())
    with pytest.raises(NotAskedError):
        say("age", chosen=["18-24"])

    assert Answer.objects.count() == 0


def test_answer_cannot_be_written_over(say):
    answer = say("age", chosen=["18-24"])

    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=answer.pk).update(state="declined")


def test_order_of_options_is_each_persons_own_and_keeps_the_text_last(study):
    question = Question.objects.get(key="stated_prefs")
    written = [row.key for row in question.options.all()]

    orders = [options_order(question, f"person {number}") for number in range(20)]

    assert options_order(question, "person 0") == orders[0]
    assert len({tuple(order) for order in orders}) > 1
    assert {order[-1] for order in orders} == {"other"}
    assert all(sorted(order) == sorted(written) for order in orders)
