"""Prompts whose text is the same as another, or nearly."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet

from arena.prompts.models import Prompt, PromptRevision
from arena.prompts.similarity import MOST_NEAR, NEAR, share_of_runs, text_bands

# A pattern that hundreds of prompts share: nobody reads more than the few nearest of them.
MOST_COMPARED = 300


@dataclass(frozen=True, slots=True)
class SimilarPrompt:
    """A prompt that is like another one; `percent` of their runs of letters are the same."""

    prompt: Prompt
    text: str
    percent: int


def newest_revisions() -> QuerySet[PromptRevision]:
    """Return the revision of each prompt that is in force: the one after which there is no other, in no order.

    Not asked for by the highest number, because then PostgreSQL expects too few, and joins them one by one.
    """
    newer = PromptRevision.objects.filter(prompt=OuterRef("prompt"), number__gt=OuterRef("number"))
    return PromptRevision.objects.filter(~Exists(newer)).order_by()


def newest_texts(prompts: Collection[int]) -> dict[int, str]:
    """Return the text in force of each of `prompts`. One query."""
    return dict(newest_revisions().filter(prompt__in=prompts).values_list("prompt", "text"))


def has_text(text: str) -> bool:
    """Tell whether a prompt in any state has this text now. One query, by an index."""
    return newest_revisions().filter(bands__overlap=text_bands(text), text=text).exists()


def similar_prompts(text: str, *, besides: int | None = None) -> list[SimilarPrompt]:
    """Return up to `MOST_NEAR` prompts, in any state, whose text is nearly `text`, the nearest first. One query."""
    revisions = newest_revisions().filter(bands__overlap=text_bands(text)).exclude(prompt=besides)
    compared = [
        SimilarPrompt(row.prompt, row.text, round(100 * share_of_runs(text, row.text)))
        for row in revisions.select_related("prompt__category").order_by(F("prompt"))[:MOST_COMPARED]
    ]
    near = [similar for similar in compared if similar.percent >= 100 * NEAR]
    return sorted(near, key=lambda similar: -similar.percent)[:MOST_NEAR]
