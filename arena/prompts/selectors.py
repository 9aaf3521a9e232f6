"""Reads of the prompt library."""

from collections.abc import Collection

from django.db.models import OuterRef, Q, Subquery

from arena.prompts.models import Prompt, PromptRevision


def draw_prompt(*, languages: Collection[str], exclude_prompts: Collection[int] = ()) -> PromptRevision | None:
    """Return the newest revision of a random approved prompt in one of `languages`, or None when there is none.

    A language without region takes every region: `pt` draws `pt-BR` too. Prompts named in `exclude_prompts`, which the
    rater may have seen, are drawn only when nothing else is left. One query, two when all were excluded.
    """
    newest = PromptRevision.objects.filter(prompt=OuterRef("prompt")).order_by("-number").values("pk")[:1]
    drawable = PromptRevision.objects.filter(
        in_languages("prompt__language", languages),
        prompt__status=Prompt.Status.APPROVED,
        pk=Subquery(newest),
    ).select_related("prompt__category")
    fresh = drawable.exclude(prompt__in=exclude_prompts) if exclude_prompts else drawable
    # Sorting a library of some thousand short rows takes milliseconds; a larger one should draw by key.
    drawn = fresh.order_by("?").first()
    if drawn is None and exclude_prompts:
        drawn = drawable.order_by("?").first()
    return drawn


def in_languages(field: str, languages: Collection[str]) -> Q:
    """Return a condition that `field` holds one of `languages` or a regional form of one; no language, no match."""
    condition = Q(**{f"{field}__in": list(languages)})
    for language in languages:
        condition |= Q(**{f"{field}__istartswith": f"{language}-"})
    return condition
