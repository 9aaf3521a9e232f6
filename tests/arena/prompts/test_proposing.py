from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from arena.prompts.errors import DuplicateTextError
from arena.prompts.models import Prompt
from arena.prompts.services.proposing import Proposal, propose_prompt
from arena.raters.models import Rater
from tests.arena.prompts.library import make_category, make_prompt
from tests.clients import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

PAGE = "/prompts/propose/"


@pytest.fixture
def form() -> dict[str, object]:
    return {"text": " Why do cats purr? ", "language": "en", "category": make_category().pk, "agreed": "on"}


def test_page_is_open_and_stores_nothing(client):
    page = client.get(PAGE)

    assert page.status_code == 200
    assert "Nothing here yet" in page.content.decode()
    assert not Rater.objects.exists()


def test_proposal_lands_in_review_with_who_sent_it(client, form):
    response = client.post(PAGE, form)

    prompt = Prompt.objects.get()
    assert response.headers["Location"] == f"{PAGE}?sent=1"
    assert (prompt.status, prompt.language, prompt.licence, prompt.source) == (
        ("in_review", "en", "CC0-1.0", "Proposed by a rater")
    )
    assert prompt.proposed_by == Rater.objects.get()
    assert prompt.revisions.get().text == "Why do cats purr?"
    assert prompt.events.values_list("action", "status", "actor_name").get() == ("proposed", "in_review", "")


def test_rater_sees_what_became_of_their_proposals_and_nobody_else_does(client, form):
    client.post(PAGE, form)
    Prompt.objects.update(status="retired", reason="Asked before.")

    mine, other = client.get(f"{PAGE}?sent=1").content.decode(), Client().get(PAGE).content.decode()

    for words in ("Thank you", "Why do cats purr?", "retired", "Asked before."):
        assert words in mine
        assert words not in other


def test_proposals_of_a_rater_that_was_merged_are_listed(form):
    before, account = Rater.objects.create(), Rater.objects.create()
    client_of(before).post(PAGE, form)
    Rater.objects.filter(pk=before.pk).update(merged_into=account)

    assert "Why do cats purr?" in client_of(account).get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"text": " "}, "required"),
        ({"text": "\u200b"}, "nothing to read"),
        ({"text": "x" * 4001}, "4000"),
        ({"language": ""}, "required"),
        ({"language": "xx"}, "valid choice"),
        ({"category": ""}, "required"),
        ({"category": "999999"}, "valid choice"),
        ({"agreed": ""}, "anybody may use"),
    ],
)
def test_bad_proposal_is_refused_with_what_is_wrong_and_kept(client, form, change, sentence):
    response = client.post(PAGE, {**form, **change})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Prompt.objects.exists()


def test_text_that_is_there_already_is_said_so(client, form):
    make_prompt("cats", "Why do cats purr?", status="draft")

    response = client.post(PAGE, form)

    assert response.status_code == 422
    assert "already in the library" in response.content.decode()
    assert Prompt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_propose_the_same_at_once_make_one_prompt():
    proposal = Proposal("Why do cats purr?", "en", make_category())
    raters = [Rater.objects.create() for _ in range(4)]

    def propose(rater: Rater) -> bool:
        try:
            propose_prompt(rater=rater, proposal=proposal)
        except DuplicateTextError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(propose, raters))

    assert (sum(taken), Prompt.objects.count()) == (1, 1)


def test_too_many_proposals_are_asked_to_wait(form, settings, redis_client):
    settings.RATE_LIMITS = True
    settings.RATES = {**settings.RATES, "proposal": "2/hour"}

    client = client_of(Rater.objects.create())

    answers = [client.post(PAGE, {**form, "text": f"Question {number}?"}) for number in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert "Question 2?" in answers[2].content.decode()


@pytest.mark.parametrize("proposals", [1, 3])
def test_page_takes_few_queries(proposals, django_assert_max_num_queries):
    rater = Rater.objects.create()
    for number in range(proposals):
        make_prompt(f"mine-{number}", proposed_by=rater)

    with django_assert_max_num_queries(5):
        client_of(rater).get(PAGE)


def test_page_lists_ten_at_a_time():
    rater = Rater.objects.create()
    for number in range(11):
        make_prompt(f"mine-{number:02}", proposed_by=rater)

    first, second = (client_of(rater).get(PAGE, {"page": page}).content.decode() for page in (1, 2))

    assert first.count("What is mine-") == 10
    assert second.count("What is mine-") == 1


def test_page_refuses_a_post_without_csrf_token(form):
    assert Client(enforce_csrf_checks=True).post(PAGE, form).status_code == 403
    assert not Prompt.objects.exists()
