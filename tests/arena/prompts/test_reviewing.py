from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from arena.prompts.errors import AlreadyReviewedError, CannotUndoError, ReasonMissingError, TextChangedError
from arena.prompts.models import Prompt, PromptEvent, PromptRevision
from arena.prompts.services.reviewing import decide, review_prompt, undo_review
from arena.prompts.services.revising import revise_prompt
from arena.prompts.states import STEPS, Action, Status, allowed_steps
from tests.arena.prompts.library import make_curator, make_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


def history(prompt: Prompt) -> list[tuple[str, str, str, str]]:
    return list(prompt.events.order_by("pk").values_list("action", "status", "actor_name", "reason"))


@pytest.mark.parametrize("action", STEPS)
@pytest.mark.parametrize("status", Status.values)
def test_decide_moves_only_what_the_table_allows(action, status):
    prompt, step = make_prompt("sky", status=status), STEPS[action]

    decided = decide(prompts=Prompt.objects.all(), action=action, actor=make_curator(), reason="Because.")

    prompt.refresh_from_db()
    allowed = status in step.sources
    assert (decided.moved, dict(decided.left)) == ((1, {}) if allowed else (0, {status: 1}))
    assert prompt.status == (step.to if allowed else status)
    assert history(prompt) == ([(action, step.to, "ada", "Because.")] if allowed else [])


@pytest.mark.parametrize("before", Status.values)
@pytest.mark.parametrize("after", Status.values)
def test_database_holds_the_same_table(before, after):
    prompt = make_prompt("sky", status=before)

    def move() -> bool:
        try:
            with transaction.atomic():
                Prompt.objects.filter(pk=prompt.pk).update(status=after)
        except IntegrityError:
            return False
        return True

    assert move() == (before == after or (before, after) in allowed_steps())


def test_decide_says_who_reviewed_when_and_why():
    curator, prompt = make_curator(), make_prompt("sky")

    decide(prompts=Prompt.objects.all(), action=Action.SENT_BACK, actor=curator, reason=" Not clear. ")

    prompt.refresh_from_db()
    assert (prompt.status, prompt.reviewer, prompt.reason) == (Status.DRAFT, curator, "Not clear.")
    assert prompt.reviewed_at is not None


@pytest.mark.parametrize("action", [Action.SENT_BACK, Action.RETIRED])
def test_decide_wants_a_reason_for_a_refusal(action):
    prompt = make_prompt("sky")

    with pytest.raises(ReasonMissingError):
        decide(prompts=Prompt.objects.all(), action=action, actor=make_curator(), reason="  ")

    prompt.refresh_from_db()
    assert prompt.status == Status.IN_REVIEW


def test_database_refuses_to_retire_without_a_reason():
    make_prompt("sky")

    with pytest.raises(IntegrityError, match="prompt_retired_has_reason"):
        Prompt.objects.update(status=Status.RETIRED, reason="")


def test_database_refuses_to_change_texts_and_history():
    decide(prompts=Prompt.objects.filter(pk=make_prompt("sky").pk), action=Action.APPROVED, actor=make_curator())

    for model, fields in ((PromptRevision, {"text": "Another?"}), (PromptEvent, {"reason": "Another."})):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            model.objects.update(**fields)


def test_review_prompt_decides_about_the_text_that_was_read():
    prompt = make_prompt("sky")
    revise_prompt(prompt=prompt, text="Another text?")

    with pytest.raises(TextChangedError):
        review_prompt(prompt_id=prompt.pk, revision=1, action=Action.APPROVED, actor=make_curator())

    prompt.refresh_from_db()
    assert prompt.status == Status.IN_REVIEW


def test_review_prompt_names_who_was_first():
    prompt = make_prompt("sky")
    review_prompt(prompt_id=prompt.pk, revision=1, action=Action.APPROVED, actor=make_curator())

    with pytest.raises(AlreadyReviewedError, match="Already reviewed by ada: approved"):
        review_prompt(
            prompt_id=prompt.pk, revision=1, action=Action.RETIRED, actor=make_curator("ben"), reason="Not good."
        )

    assert [event[0] for event in history(prompt)] == ["approved"]


@pytest.mark.django_db(transaction=True)
def test_review_prompt_takes_one_of_several_decisions_at_the_same_time():
    prompt = make_prompt("sky")
    curators = [make_curator(f"curator-{number}") for number in range(6)]

    def review(number: int) -> bool:
        action = Action.APPROVED if number % 2 else Action.RETIRED
        try:
            review_prompt(prompt_id=prompt.pk, revision=1, action=action, actor=curators[number], reason="Because.")
        except AlreadyReviewedError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as threads:
        won = list(threads.map(review, range(6)))

    [event] = history(prompt)
    prompt.refresh_from_db()
    assert sum(won) == 1
    assert (prompt.status, event[2]) == (event[0], f"curator-{won.index(True)}")


def test_undo_review_puts_the_prompt_back_and_keeps_the_history():
    curator, prompt = make_curator(), make_prompt("sky")
    event = review_prompt(prompt_id=prompt.pk, revision=1, action=Action.RETIRED, actor=curator, reason="Not good.")

    undo_review(event_id=event.pk, actor=curator)

    prompt.refresh_from_db()
    assert (prompt.status, prompt.reviewer, prompt.reason) == (Status.IN_REVIEW, None, "")
    assert [row[0] for row in history(prompt)] == ["retired", "undone"]


def test_undo_review_is_for_ones_own_last_decision():
    curator, other, prompt = make_curator(), make_curator("ben"), make_prompt("sky")
    event = review_prompt(prompt_id=prompt.pk, revision=1, action=Action.APPROVED, actor=curator)

    for actor in (other, curator):
        if actor == curator:
            decide(prompts=Prompt.objects.all(), action=Action.RETIRED, actor=other, reason="Later.")
        with pytest.raises(CannotUndoError):
            undo_review(event_id=event.pk, actor=actor)

    prompt.refresh_from_db()
    assert prompt.status == Status.RETIRED


@pytest.mark.parametrize(("keeps", "status"), [(True, Status.APPROVED), (False, Status.IN_REVIEW)])
def test_revise_prompt_sends_an_approved_prompt_back_when_the_writer_may_not_review(keeps, status):
    prompt = make_prompt("sky", status=Status.APPROVED)

    revise_prompt(prompt=prompt, text="Another?", actor=make_curator(), keeps_approval=keeps)

    prompt.refresh_from_db()
    assert prompt.status == status
    assert history(prompt) == [("revised", status, "ada", "")]
