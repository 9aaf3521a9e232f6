"""A prompt for “surprise me”."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from arena.prompts.models import Prompt, PromptRevision


def draw_prompt(*, languages: Collection[str], exclude_prompts: Collection[int] = ()) -> PromptRevision | None:
    """Return the newest revision of a random approved prompt in one of `languages`, or None when there is none.

    A language without region takes every region: `pt` draws `pt-BR` too. Prompts named in `exclude_prompts`, which the
    rater may have seen, are drawn only when nothing else is left. Holdout prompts are drawn like others. One query, two
    when all were excluded.
    """
    drawable = Prompt.objects.filter(
        in_languages("language", languages),
        Exists(PromptRevision.objects.filter(prompt=OuterRef("pk"))),
        status=Prompt.Status.APPROVED,
    )
    fresh = drawable.exclude(pk__in=exclude_prompts) if exclude_prompts else drawable
    drawn = _newest_revision_of_one(fresh)
    if drawn is None and exclude_prompts:
        drawn = _newest_revision_of_one(drawable)
    return drawn


def _newest_revision_of_one(prompts: QuerySet[Prompt]) -> PromptRevision | None:
    # Drawn among bare numbers: 20,000 are sorted in some milliseconds, and only one text is read.
    one = prompts.order_by("?").values("pk")[:1]
    revisions = PromptRevision.objects.filter(prompt=Subquery(one)).select_related("prompt__category")
    return revisions.order_by("-number").first()


def in_languages(field: str, languages: Collection[str]) -> Q:
    """Return a condition that `field` holds one of `languages` or a regional form of one; no language, no match."""
    condition = Q(**{f"{field}__in": list(languages)})
    for language in languages:
        condition |= Q(**{f"{field}__istartswith": f"{language}-"})
    return condition
