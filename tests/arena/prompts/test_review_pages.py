import pytest
from django.test import Client

from arena.prompts.models import Prompt
from arena.prompts.services.revising import revise_prompt
from tests.arena.prompts.library import make_curator, make_prompt, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

QUEUE = "/prompts/review/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def curator(client) -> Client:
    client.force_login(make_curator())
    return client


def decide(client: Client, prompt: Prompt, action: str, *, revision: int = 1, reason: str = ""):
    fields = {"action": action, "revision": revision, "after": 0, "reason": reason}
    return client.post(f"{QUEUE}{prompt.pk}/", fields, headers=HTMX)


def test_queue_shows_one_prompt_with_its_near_duplicates(curator):
    make_prompt("approved", "Why is the sky blue in the evening?", status="approved")
    make_prompt("first", "Why is the sky blue in the morning?")
    make_prompt("second", "Another question?")

    page = curator.get(QUEUE).content.decode()

    assert "2 prompts wait for review" in page
    assert "Why is the sky blue in the morning?" in page
    assert "Why is the sky blue in the evening?" in page
    assert "% alike, approved" in page
    assert "Another question?" not in page


def test_empty_queue_says_where_prompts_come_from(curator):
    page = curator.get(QUEUE).content.decode()

    assert "Nothing waits." in page
    assert "/prompts/imports/" in page


def test_decision_brings_the_next_prompt_without_a_page_load(curator):
    first, _second = make_prompt("first"), make_prompt("second")

    part = decide(curator, first, "approved").content.decode()

    first.refresh_from_db()
    assert first.status == "approved"
    assert part.lstrip().startswith('<div id="queue"')
    assert "What is second?" in part
    assert "first: approved" in part


def test_decision_works_without_script(curator):
    first, _second = make_prompt("first"), make_prompt("second")

    response = curator.post(f"{QUEUE}{first.pk}/", {"action": "approved", "revision": 1}, follow=True)

    assert response.redirect_chain[0][0].startswith(f"{QUEUE}?after=0&done=")
    assert "What is second?" in response.content.decode()
    assert "first: approved" in response.content.decode()


@pytest.mark.parametrize(("action", "status"), [("sent_back", "draft"), ("retired", "retired")])
def test_refusal_needs_a_reason(curator, action, status):
    prompt = make_prompt("first")

    without = decide(curator, prompt, action)
    decide(curator, prompt, action, reason="Not clear.")

    prompt.refresh_from_db()
    assert without.status_code == 422
    assert "give a reason" in without.content.decode()
    assert (prompt.status, prompt.reason) == (status, "Not clear.")


def test_second_curator_reads_who_was_first(curator):
    prompt = make_prompt("first")
    other = Client()
    other.force_login(make_curator("ben"))
    decide(other, prompt, "approved")

    answer = decide(curator, prompt, "retired", reason="Not good.")

    prompt.refresh_from_db()
    assert answer.status_code == 409
    assert "Already reviewed by ben: approved" in answer.content.decode()
    assert prompt.status == "approved"


def test_text_that_changed_meanwhile_is_shown_again_instead_of_decided(curator):
    prompt = make_prompt("first")
    revise_prompt(prompt=prompt, text="What is it now?")

    answer = decide(curator, prompt, "approved", revision=1)

    prompt.refresh_from_db()
    assert answer.status_code == 409
    assert "What is it now?" in answer.content.decode()
    assert prompt.status == "in_review"


def test_skip_goes_on_and_the_end_offers_what_was_skipped(curator):
    first, second = make_prompt("first"), make_prompt("second")

    after_first = curator.get(QUEUE, {"after": first.pk}).content.decode()
    after_both = curator.get(QUEUE, {"after": second.pk}).content.decode()

    assert "What is second?" in after_first
    assert "the 2 prompts that you skipped are still there" in after_both


def test_undo_brings_the_prompt_back(curator):
    prompt = make_prompt("first")
    decide(curator, prompt, "approved")

    part = curator.post(f"{QUEUE}undo/{prompt.events.get().pk}/", headers=HTMX).content.decode()

    prompt.refresh_from_db()
    assert prompt.status == "in_review"
    assert "What is first?" in part


def test_undo_of_somebody_else_s_decision_is_refused(curator):
    prompt = make_prompt("first")
    other = Client()
    other.force_login(make_curator("ben"))
    decide(other, prompt, "approved")

    answer = curator.post(f"{QUEUE}undo/{prompt.events.get().pk}/")

    prompt.refresh_from_db()
    assert answer.status_code == 409
    assert prompt.status == "approved"


def test_edit_makes_another_revision_and_stays_in_the_queue(curator):
    prompt = make_prompt("first", tags=["old"])
    fields = {
        "text": "A better text?", "category": prompt.category_id, "language": "de", "tags": "New, short",
        "licence": "CC0-1.0", "source": "", "holdout": "on",
    }  # fmt: skip

    response = curator.post(f"{QUEUE}{prompt.pk}/edit/", fields)

    prompt.refresh_from_db()
    assert response.headers["Location"].startswith(f"{QUEUE}?at={prompt.pk}")
    assert (prompt.status, prompt.language, prompt.tags, prompt.holdout) == ("in_review", "de", ["new", "short"], True)
    assert text_of("first") == "A better text?"
    assert prompt.revisions.count() == 2


def test_edit_keeps_what_was_typed_when_it_cannot_be_stored(curator):
    prompt = make_prompt("first")

    fields = {"text": "A better text?", "category": prompt.category_id, "language": "no language"}
    response = curator.post(f"{QUEUE}{prompt.pk}/edit/", fields)

    assert response.status_code == 422
    assert "A better text?" in response.content.decode()
    assert text_of("first") == "What is first?"


def test_missing_prompt_and_unknown_action_are_refused(curator):
    prompt = make_prompt("first")

    assert decide(curator, prompt, "imported").status_code == 400
    assert curator.post(f"{QUEUE}999999/", {"action": "approved"}).status_code == 404
    assert curator.get(f"{QUEUE}{prompt.pk}/").status_code == 405
    assert curator.get(QUEUE, {"after": "x", "at": "9" * 30, "done": "-1"}).status_code == 200


@pytest.mark.parametrize("prompts", [1, 3])
def test_queue_takes_few_queries(curator, prompts, django_assert_max_num_queries):
    for number in range(prompts):
        make_prompt(f"prompt-{number}", "Tell me about the old harbour of the town.")

    with django_assert_max_num_queries(10):
        curator.get(QUEUE)


def test_text_of_a_rater_is_shown_as_text(curator):
    make_prompt("first", "<script>alert(1)</script> Why?")

    assert "&lt;script&gt;alert(1)&lt;/script&gt; Why?" in curator.get(QUEUE).content.decode()
