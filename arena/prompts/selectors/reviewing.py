"""The review queue, one prompt at a time."""

from dataclasses import dataclass

from arena.prompts.models import Prompt, PromptEvent, PromptRevision
from arena.prompts.selectors.similar import SimilarPrompt, similar_prompts


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A prompt in review with the text to decide about, what it is like, and what happened to it before."""

    prompt: Prompt
    revision: PromptRevision
    similar: list[SimilarPrompt]
    history: list[PromptEvent]


MOST_EVENTS = 10


def next_in_review(*, after: int = 0) -> ReviewItem | None:
    """Return the first prompt in review whose id is greater than `after`, or nothing. Four queries."""
    waiting = Prompt.objects.filter(status=Prompt.Status.IN_REVIEW, pk__gt=after, revisions__isnull=False)
    pk = waiting.order_by("pk").values_list("pk", flat=True).first()
    return None if pk is None else review_item(pk)


def review_item(pk: int) -> ReviewItem | None:
    """Return the prompt as the queue shows it, or nothing when it is not in review. Three queries."""
    revisions = PromptRevision.objects.filter(prompt=pk, prompt__status=Prompt.Status.IN_REVIEW)
    revision = revisions.select_related("prompt__category").order_by("-number").first()
    if revision is None:
        return None
    history = PromptEvent.objects.filter(prompt=pk).order_by("-pk")[:MOST_EVENTS]
    return ReviewItem(revision.prompt, revision, similar_prompts(revision.text, besides=pk), list(history))


def waiting_for_review() -> int:
    """Return how many prompts are in review. One query."""
    return Prompt.objects.filter(status=Prompt.Status.IN_REVIEW).count()
