"""Texts of prompts. A prompt's text is never edited in place: it gets another revision."""

from django.contrib.auth.models import User
from django.db import transaction

from arena.prompts.models import Prompt, PromptEvent, PromptRevision
from arena.prompts.services.history import record
from arena.prompts.similarity import text_bands
from arena.prompts.texts import screened_text


@transaction.atomic
def revise_prompt(
    *, prompt: Prompt, text: str, author: str = "", actor: User | None = None, keeps_approval: bool = True
) -> PromptRevision:
    """Return the newest revision of `prompt`, added now unless it already has this text.

    Battles keep the revision that they used, so earlier texts stay as they are. Revisions of one prompt are numbered
    under a lock on it: two curators who save at once get two numbers. Unless `keeps_approval`, an approved prompt goes
    back to review with its new text.

    Raises
    ------
    UnusableTextError
        When the text is empty, too long or unreadable.
    """
    wanted = screened_text(text)
    locked = Prompt.objects.select_for_update(of=("self",)).get(pk=prompt.pk)
    newest = locked.revisions.order_by("-number").first()
    if newest is not None and newest.text == wanted:
        return newest
    number = newest.number + 1 if newest else 1
    revision = PromptRevision.objects.create(
        prompt=locked, number=number, text=wanted, author=author, bands=text_bands(wanted)
    )
    if newest is not None:
        _note_revision(locked, actor=actor, author=author, keeps_approval=keeps_approval)
    return revision


def _note_revision(prompt: Prompt, *, actor: User | None, author: str, keeps_approval: bool) -> None:
    status = prompt.status
    if status == Prompt.Status.APPROVED and not keeps_approval:
        status = Prompt.Status.IN_REVIEW
        Prompt.objects.filter(pk=prompt.pk).update(status=status, reviewer=None, reviewed_at=None, reason="")
    record([prompt.pk], PromptEvent.Action.REVISED, status=status, actor=actor, actor_name=author)
