"""Changes to what is known about prompts: where they belong, tags, licence."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from arena.prompts.models import Category, Prompt, PromptEvent
from arena.prompts.services.history import record
from arena.prompts.services.revising import revise_prompt
from arena.prompts.tags import clean_tags

REVIEW = "prompts.review_prompt"


@transaction.atomic
def save_prompt(*, prompt: Prompt, text: str, actor: User, changed: Collection[str] = ()) -> Prompt:
    """Store a prompt as a form left it, with its text, and note it; `changed` names the fields that are others now.

    The text of an approved prompt stays approved only if `actor` may review.

    Raises
    ------
    UnusableTextError
        When the screening refuses the text.
    ValidationError
        When a field cannot be stored.
    """
    is_new = prompt.pk is None
    prompt.full_clean()
    if is_new:
        prompt.save()
        record([prompt.pk], PromptEvent.Action.CREATED, status=prompt.status, actor=actor)
    elif fields := sorted(set(changed) - {"text"}):
        # Only what was changed: somebody may have reviewed the prompt in the meantime.
        prompt.save(update_fields=fields)
        record([prompt.pk], PromptEvent.Action.EDITED, status=prompt.status, actor=actor, reason=", ".join(fields))
    revise_prompt(
        prompt=prompt,
        text=text,
        author=actor.get_username(),
        actor=actor,
        keeps_approval=actor.has_perm(REVIEW),
    )
    prompt.refresh_from_db()
    return prompt


@transaction.atomic
def set_category(*, prompts: QuerySet[Prompt], category: Category, actor: User) -> int:
    """Put `prompts` into `category`, and return how many were in another one."""
    others = Prompt.objects.filter(pk__in=prompts.order_by().values("pk")).exclude(category=category)
    by_status = _locked_by_status(others)
    for status, keys in by_status.items():
        Prompt.objects.filter(pk__in=keys).update(category=category)
        record(keys, PromptEvent.Action.SORTED, status=status, actor=actor, reason=category.slug)
    return sum(map(len, by_status.values()))


@transaction.atomic
def add_tags(*, prompts: QuerySet[Prompt], tags: Collection[str], actor: User) -> int:
    """Give `prompts` all of `tags`, and return how many lacked one.

    Raises
    ------
    ValidationError
        When a tag cannot be used, or a prompt would have too many.
    """
    wanted = clean_tags(tags)
    chosen = Prompt.objects.filter(pk__in=prompts.order_by().values("pk")).exclude(tags__contains=wanted)
    rows = list(chosen.order_by("pk").select_for_update(of=("self",)))
    for prompt in rows:
        prompt.tags = clean_tags([*prompt.tags, *wanted])
    Prompt.objects.bulk_update(rows, ["tags"], batch_size=500)
    for prompt_status in {prompt.status for prompt in rows}:
        keys = [prompt.pk for prompt in rows if prompt.status == prompt_status]
        record(keys, PromptEvent.Action.TAGGED, status=prompt_status, actor=actor, reason=", ".join(wanted)[:500])
    return len(rows)


def _locked_by_status(prompts: QuerySet[Prompt]) -> dict[str, list[int]]:
    by_status: dict[str, list[int]] = {}
    for pk, status in prompts.order_by("pk").select_for_update(of=("self",)).values_list("pk", "status"):
        by_status.setdefault(status, []).append(pk)
    return by_status
