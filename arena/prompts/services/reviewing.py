"""Decisions about prompts, of one in the queue or of many in the administration."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from arena.prompts.errors import AlreadyReviewedError, CannotUndoError, ReasonMissingError, TextChangedError
from arena.prompts.models import Prompt, PromptEvent
from arena.prompts.services.history import record
from arena.prompts.states import STEPS, Action, Step


@dataclass(frozen=True, slots=True)
class Decided:
    """How many prompts a decision moved, and how many it left alone because of the state that they are in."""

    moved: int
    left: Mapping[str, int]


@transaction.atomic
def decide(*, prompts: QuerySet[Prompt], action: str, actor: User | None, reason: str = "") -> Decided:
    """Do `action`, one of `STEPS`, to those of `prompts` whose state allows it, and note it in their histories.

    Raises
    ------
    ReasonMissingError
        When the action needs a reason and there is none.
    """
    step, reason = STEPS[action], reason.strip()
    if step.needs_reason and not reason:
        raise ReasonMissingError
    rows = _locked(prompts)
    movable = [pk for pk, status in rows if status in step.sources]
    _move(movable, step, actor=actor, reason=reason)
    record(movable, action, status=step.to, actor=actor, reason=reason)
    return Decided(len(movable), Counter(status for _pk, status in rows if status not in step.sources))


@transaction.atomic
def review_prompt(*, prompt_id: int, revision: int, action: str, actor: User, reason: str = "") -> PromptEvent:
    """Decide about the prompt in the queue whose revision number `revision` was looked at, and return what to undo.

    Raises
    ------
    AlreadyReviewedError
        When it is not in review any more.
    TextChangedError
        When it has another text by now.
    ReasonMissingError
        As `decide`.
    """
    prompt = Prompt.objects.select_for_update(of=("self",)).get(pk=prompt_id)
    if prompt.status != Prompt.Status.IN_REVIEW:
        raise AlreadyReviewedError(_who_was_first(prompt))
    newest = prompt.revisions.order_by("-number").values_list("number", flat=True).first()
    if newest != revision:
        raise TextChangedError
    decide(prompts=Prompt.objects.filter(pk=prompt_id), action=action, actor=actor, reason=reason)
    return prompt.events.order_by("-pk")[0]


@transaction.atomic
def undo_review(*, event_id: int, actor: User) -> Prompt:
    """Take back a decision of one's own, and return the prompt, which is in review again.

    Raises
    ------
    CannotUndoError
        When it is somebody else's, or not the last thing that happened to the prompt.
    """
    event = PromptEvent.objects.filter(pk=event_id, actor=actor).first()
    if event is None or not STEPS.get(event.action, STEPS[Action.SUBMITTED]).is_review:
        raise CannotUndoError
    prompt = Prompt.objects.select_for_update(of=("self",)).get(pk=event.prompt_id)
    if prompt.events.order_by("-pk")[0].pk != event.pk:
        raise CannotUndoError
    decide(prompts=Prompt.objects.filter(pk=prompt.pk), action=Action.UNDONE, actor=actor)
    prompt.refresh_from_db()
    return prompt


def _locked(prompts: QuerySet[Prompt]) -> list[tuple[int, str]]:
    chosen = Prompt.objects.filter(pk__in=prompts.order_by().values("pk"))
    return list(chosen.order_by("pk").select_for_update(of=("self",)).values_list("pk", "status"))


def _move(prompts: list[int], step: Step, *, actor: User | None, reason: str) -> None:
    Prompt.objects.filter(pk__in=prompts, status__in=step.sources).update(
        status=step.to,
        reviewer=actor if step.is_review else None,
        reviewed_at=timezone.now() if step.is_review else None,
        reason=reason,
    )


def _who_was_first(prompt: Prompt) -> str:
    event = prompt.events.order_by("-pk").first()
    if event is None:
        return _("This prompt is not in review any more.")
    return _("Already reviewed by %(name)s: %(action)s, %(when)s. Nothing was changed.") % {
        "name": event.actor_name or _("somebody"),
        "action": event.get_action_display(),
        "when": date_format(timezone.localtime(event.created_at), "DATETIME_FORMAT"),
    }
