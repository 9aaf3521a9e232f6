"""What a rater proposed."""

import uuid

from django.db.models import OuterRef, Q, QuerySet, Subquery

from arena.prompts.models import Prompt, PromptRevision


def proposals_of(rater_id: uuid.UUID | None) -> QuerySet[Prompt]:
    """Return the prompts that a rater proposed, newest first, each with `text`; what was merged into them is theirs."""
    if rater_id is None:
        return Prompt.objects.none()
    newest = PromptRevision.objects.filter(prompt=OuterRef("pk")).order_by("-number").values("text")[:1]
    theirs = Prompt.objects.filter(Q(proposed_by=rater_id) | Q(proposed_by__merged_into=rater_id))
    return theirs.annotate(text=Subquery(newest)).order_by("-pk")
