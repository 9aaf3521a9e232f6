"""The pages of the profile: invitation, questions one by one, overview, removal."""

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from arena.profiles.models import Answer
from arena.profiles.selectors.answers import answers_of
from arena.raters.models import Rater
from arena.studies.models import ConsentDecision
from arena.studies.services.deciding import withdraw
from tests.clients import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

OVERVIEW = "profiles:overview"


def put(client: Client, key: str, *, edit: bool = False, **said: object) -> str:
    """Answer a question, and return where that leads."""
    address = reverse("profiles:question", args=[key]) + ("?edit=1" if edit else "")
    return client.post(address, said).headers["Location"]


def asks(key: str) -> str:
    return reverse("profiles:question", args=[key])


def test_whoever_is_new_is_invited_and_nothing_is_kept_of_them(study, client):
    page = client.get(reverse(OVERVIEW)).content.decode()

    assert "Agree and begin" in page
    assert Rater.objects.count() == 0


def test_beginning_stores_the_agreement_and_asks_the_first_question(text, client):
    response = client.post(reverse("profiles:begin"), {"consent": text.pk})

    decision = ConsentDecision.objects.get()
    assert (decision.purpose, decision.given, decision.sha256) == ("profile", True, text.sha256)
    assert response.headers["Location"] == asks("lm_familiarity")


def test_beginning_without_the_text_is_not_found(study, client):
    answers = [client.post(reverse("profiles:begin"), {"consent": said}) for said in ("", "x", "0")]

    assert [answer.status_code for answer in answers] == [HTTPStatus.NOT_FOUND] * 3


def test_nobody_is_asked_before_they_allow_it(study):
    rater = Rater.objects.create()

    locations = [
        client_of(rater).get(asks("age")).headers["Location"],
        put(client_of(rater), "age", choice="18-24"),
    ]

    assert locations == [reverse(OVERVIEW)] * 2
    assert Answer.objects.count() == 0


def test_answers_are_stored_one_by_one_and_lead_on(study, rater):
    client = client_of(rater)

    led = [
        put(client, "lm_familiarity", choice="very_familiar"),
        put(client, "lm_indirect_use", decline="1"),
        put(client, "lm_direct_use", choice="no"),
    ]

    answers = answers_of(rater_id=rater.pk, study_id=study.pk)
    # Nobody who says no twice is asked how often and what for.
    assert led == [asks("lm_indirect_use"), asks("lm_direct_use"), asks("stated_prefs")]
    assert {key: (row.state, row.said) for key, row in answers.items()} == {
        "lm_familiarity": ("given", {"lm_familiarity": "very_familiar"}),
        "lm_indirect_use": ("declined", {"lm_indirect_use": "prefer_not_to_say"}),
        "lm_direct_use": ("given", {"lm_direct_use": "no"}),
    }


def test_whoever_comes_back_goes_on_where_they_were(study, rater):
    client = client_of(rater)
    put(client, "lm_familiarity", choice="very_familiar")
    put(client, "age", choice="18-24")

    page = client.get(reverse(OVERVIEW)).content.decode()

    assert f'href="{asks("gender")}">Go on where I was' in page
    assert "18 to 24 years" in page


def test_changing_an_answer_from_the_overview_leads_back_to_it(study, rater):
    client = client_of(rater)
    put(client, "age", choice="18-24")

    led = put(client, "age", edit=True, choice="25-34")

    assert led == reverse(OVERVIEW)
    assert [row.said["age"] for row in Answer.objects.all()] == ["18-24", "25-34"]
    assert 'value="25-34" checked' in client.get(asks("age")).content.decode()


def test_what_is_no_answer_is_asked_again(study, rater):
    client = client_of(rater)
    wrong = [
        ("age", {}),
        ("age", {"choice": "invented"}),
        ("birth_country", {"choice": "XXX"}),
        ("religion", {"text": "  "}),
        ("religion", {"text": "x" * 201}),
        ("stated_prefs", {"slider-values": "101", "slider-safety": "-1"}),
    ]

    responses = [client.post(asks(key), said) for key, said in wrong]

    assert [response.status_code for response in responses] == [HTTPStatus.UNPROCESSABLE_ENTITY] * len(wrong)
    assert all('role="alert"' in response.content.decode() for response in responses)
    assert Answer.objects.count() == 0


def test_question_that_is_not_asked_is_not_found(study, rater):
    answers = [client_of(rater).get(asks(key)).status_code for key in ("lm_frequency_use", "invented")]

    assert answers == [HTTPStatus.NOT_FOUND] * 2


def test_withdrawing_hides_answers_until_they_are_allowed_again_or_removed(study, rater, text):
    client = client_of(rater)
    put(client, "age", choice="18-24")
    withdraw(rater=rater, revision=text)

    hidden = client.get(reverse(OVERVIEW)).content.decode()
    asked = client.get(reverse("profiles:remove")).content.decode()
    unconfirmed = client.post(reverse("profiles:remove"), {}).status_code, Answer.objects.count()
    client.post(reverse("profiles:remove"), {"remove": "1"})

    assert "kept and used nowhere" in hidden
    assert "18 to 24" not in hidden
    assert "cannot be undone" in asked
    assert unconfirmed == (HTTPStatus.OK, 1)
    assert Answer.objects.count() == 0


def test_cookie_of_an_account_shows_no_profile_before_signing_in(rater):
    put(client_of(rater), "age", choice="18-24")
    rater.account = User.objects.create(username="rater-ada")
    rater.save()
    client = client_of(rater)

    page = client.get(reverse(OVERVIEW)).content.decode()

    assert "Sign in to see its profile" in page
    assert "18 to 24" not in page
    assert put(client, "age", choice="25-34") == reverse(OVERVIEW)
    assert Answer.objects.count() == 1


def test_pages_take_few_queries_and_stay_small(study, rater, django_assert_max_num_queries):
    client = client_of(rater)
    for key, choice in (("lm_direct_use", "yes"), ("age", "18-24"), ("birth_country", "DEU")):
        put(client, key, choice=choice)

    with django_assert_max_num_queries(12):
        overview = client.get(reverse(OVERVIEW))
    with django_assert_max_num_queries(12):
        question = client.get(asks("birth_country"))

    assert max(len(overview.content), len(question.content)) < 60_000
