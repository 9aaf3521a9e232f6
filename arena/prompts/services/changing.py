"""Change many prompts at once, each to values of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import connection

from arena.prompts.models import Category, Prompt, PromptEvent, PromptRevision
from arena.prompts.services.history import record
from arena.prompts.similarity import bands_of, signatures_of

FIELDS = ("language", "tags", "source", "licence", "holdout")
# One statement for all, because Django's way takes longer than all the rest of an import.
STORE = """
    UPDATE prompts_prompt SET category_id = new.category_id, language = new.language, tags = new.tags,
        source = new.source, licence = new.licence, holdout = new.holdout
    FROM jsonb_to_recordset(%s::jsonb) AS new (
        id bigint, category_id bigint, language text, tags text[], source text, licence text, holdout boolean
    )
    WHERE prompts_prompt.id = new.id
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What a prompt, whose newest text is `revision`, is to become: values as in a row of an import."""

    prompt: Prompt
    revision: PromptRevision
    values: Mapping[str, object]

    @property
    def text(self) -> str:
        """The text that it is to have."""
        return str(self.values["text"])


def make_changes(
    changes: Sequence[Change],
    categories: Mapping[str, Category],
    *,
    keeps_approval: bool,
    actor: User | None,
    actor_name: str,
) -> dict[int, int]:
    """Change prompts that the caller has locked, and return the numbers of the revisions that were added.

    Another text is another revision. Unless `keeps_approval`, an approved prompt goes back to review with it. A handful
    of queries, however many prompts there are.
    """
    for change in changes:
        change.prompt.category = categories[str(change.values["category"])]
        for name in FIELDS:
            setattr(change.prompt, name, change.values[name])
    _store([change.prompt for change in changes])
    rewritten = [change for change in changes if change.text != change.revision.text]
    if not keeps_approval:
        _back_to_review([change.prompt for change in rewritten])
    for status in Prompt.Status.values:
        prompts = [change.prompt.pk for change in rewritten if change.prompt.status == status]
        record(prompts, PromptEvent.Action.REVISED, status=status, actor=actor, actor_name=actor_name)
    return {revision.prompt_id: revision.number for revision in _add_revisions(rewritten)}


def _store(prompts: Sequence[Prompt]) -> None:
    rows = [
        {"id": prompt.pk, "category_id": prompt.category_id, **{name: getattr(prompt, name) for name in FIELDS}}
        for prompt in prompts
    ]
    with connection.cursor() as cursor:
        cursor.execute(STORE, [json.dumps(rows)])


def _back_to_review(prompts: Sequence[Prompt]) -> None:
    approved = [prompt for prompt in prompts if prompt.status == Prompt.Status.APPROVED]
    Prompt.objects.filter(pk__in=[prompt.pk for prompt in approved]).update(
        status=Prompt.Status.IN_REVIEW, reviewer=None, reviewed_at=None, reason=""
    )
    for prompt in approved:
        prompt.status = Prompt.Status.IN_REVIEW


def _add_revisions(changes: Sequence[Change]) -> list[PromptRevision]:
    all_bands = bands_of(signatures_of([change.text for change in changes])).tolist()
    return PromptRevision.objects.bulk_create(
        PromptRevision(
            prompt=change.prompt,
            number=change.revision.number + 1,
            text=change.text,
            author=str(change.values["author"]),
            bands=bands,
        )
        for change, bands in zip(changes, all_bands, strict=True)
    )
