"""Prompts that raters propose."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from arena.prompts.errors import DuplicateTextError
from arena.prompts.keys import key_of_text
from arena.prompts.models import Category, Prompt, PromptEvent
from arena.prompts.selectors import has_text
from arena.prompts.services.history import record
from arena.prompts.services.revising import revise_prompt
from arena.prompts.texts import screened_text
from arena.raters.models import Rater

SOURCE = "Proposed by a rater"
# What the form asks the rater to agree to.
LICENCE = "CC0-1.0"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a rater wrote into the form."""

    text: str
    language: str
    category: Category


def propose_prompt(*, rater: Rater, proposal: Proposal) -> Prompt:
    """Put a rater's prompt into the review queue.

    Raises
    ------
    UnusableTextError
        When the screening refuses the text.
    DuplicateTextError
        When the library has this text in any state; also when two propose it at the same moment.
    """
    text = screened_text(proposal.text)
    if has_text(text):
        raise DuplicateTextError
    try:
        with transaction.atomic():
            return _add(rater, proposal, text)
    except IntegrityError as error:
        raise DuplicateTextError from error


def _add(rater: Rater, proposal: Proposal, text: str) -> Prompt:
    prompt = Prompt.objects.create(
        key=key_of_text(text),
        category=proposal.category,
        language=proposal.language,
        status=Prompt.Status.IN_REVIEW,
        source=SOURCE,
        licence=LICENCE,
        proposed_by=rater,
    )
    revise_prompt(prompt=prompt, text=text)
    record([prompt.pk], PromptEvent.Action.PROPOSED, status=prompt.status)
    return prompt
