"""Two of the staff sort what people wrote, apart; where they agree it counts, and else one more settles it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from arena.profiles.errors import CodingError
from arena.profiles.models import Answer, Question
from arena.profiles.selectors.coding import agreement, disagreements, waiting_for
from arena.profiles.services.answering import save_answer
from arena.profiles.services.coding import code_answer, settle_coding
from arena.profiles.values import Said
from arena.studies.services.deciding import withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def answer(study, rater):
    question = Question.objects.get(survey__study=study, key="religion")
    return save_answer(rater=rater, question=question, said=Said(text="Zen"), options_order=[])


@pytest.fixture
def coders(db):
    return [User.objects.create(username=name, is_staff=True, is_superuser=True) for name in ("ada", "ben")]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def counts_as(answer: Answer) -> dict[str, str]:
    return Answer.objects.get(pk=answer.pk).said


def test_group_counts_when_two_agree(answer, coders):
    ada, ben = coders
    code_answer(answer_id=answer.pk, coder=ada, code="buddhist")
    alone = counts_as(answer), list(waiting_for(ada)), list(waiting_for(ben))

    code_answer(answer_id=answer.pk, coder=ben, code="buddhist")

    assert alone == ({}, [], [answer])
    assert counts_as(answer) == {"religion": "buddhist", "religion_simplified": "other"}
    assert (list(waiting_for(ben)), list(disagreements())) == ([], [])
    assert (agreement().sorted_twice, agreement().agreed) == (1, 1)


def test_disagreement_counts_when_it_is_settled(answer, coders):
    ada, ben = coders
    code_answer(answer_id=answer.pk, coder=ada, code="buddhist")
    code_answer(answer_id=answer.pk, coder=ben, code="spiritual")
    open_before = counts_as(answer), list(disagreements())

    settle_coding(answer_id=answer.pk, coder=ada, code="buddhist")

    assert open_before == ({}, [answer])
    assert counts_as(answer)["religion"] == "buddhist"
    assert list(disagreements()) == []
    assert (agreement().sorted_twice, agreement().agreed) == (1, 0)


def test_nobody_sorts_twice_or_into_what_is_no_group_or_settles_what_is_not_open(answer, coders):
    ada, ben = coders
    with pytest.raises(CodingError):
        code_answer(answer_id=answer.pk, coder=ada, code="white")
    code_answer(answer_id=answer.pk, coder=ada, code="buddhist")
    with pytest.raises(CodingError):
        code_answer(answer_id=answer.pk, coder=ada, code="buddhist")
    with pytest.raises(CodingError):
        settle_coding(answer_id=answer.pk, coder=ben, code="buddhist")

    assert answer.codings.count() == 1


def test_text_of_somebody_who_withdrew_is_not_shown_to_staff(answer, coders, rater, text):
    withdraw(rater=rater, revision=text)

    assert list(waiting_for(coders[0])) == []


def test_page_shows_the_text_and_not_what_the_other_one_chose(
    answer, coders, rater, study, django_assert_max_num_queries
):
    ada, ben = (browser(user) for user in coders)
    ethnicity = Question.objects.get(survey__study=study, key="ethnicity")
    save_answer(rater=rater, question=ethnicity, said=Said(text="Half and half"), options_order=[])
    chosen = ada.post(reverse("profiles:code", args=[answer.pk]), {"code": "spiritual"})

    with django_assert_max_num_queries(12):
        page = ben.get(reverse("profiles:coding")).content.decode()
    ben.post(reverse("profiles:code", args=[answer.pk]), {"code": "buddhist"})
    settling = ben.get(reverse("profiles:settling")).content.decode()
    ben.post(reverse("profiles:code", args=[answer.pk]), {"code": "buddhist", "settles": "1"})

    assert chosen.headers["Location"] == reverse("profiles:coding")
    assert ("Zen" in page, "Half and half" in page, "Chosen so far" in page) == (True, True, False)
    assert str(rater.pk) not in page
    assert "Chosen so far: Spiritual / Buddhist" in " ".join(settling.split())
    assert counts_as(answer)["religion"] == "buddhist"
