"""The prompts that a person proposed."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from arena.prompts.models import Prompt, PromptEvent, PromptRevision
from arena.raters.holdings import Erased, HeldRow, Holding, Raters


def _proposals(raters: Raters) -> QuerySet[Prompt]:
    return Prompt.objects.filter(proposed_by__in=raters).order_by("pk")


def _count(raters: Raters) -> int:
    return _proposals(raters).count()


def _rows(raters: Raters) -> Iterator[HeldRow]:
    for prompt in _proposals(raters).select_related("category").prefetch_related("revisions").iterator(100):
        yield {
            "texts": [revision.text for revision in sorted(prompt.revisions.all(), key=lambda row: row.number)],
            "language": prompt.language,
            "category": prompt.category.slug,
            "licence": prompt.licence,
            "status": prompt.status,
            "proposed_at": prompt.created_at,
        }


def _erase(raters: Raters) -> Erased:
    """Delete proposals, except those that were drawn for others: their battles name the text, which stays unsigned."""
    drawn = PromptRevision.objects.filter(prompt=OuterRef("pk"), battles__isnull=False)
    proposals = _proposals(raters)
    kept = proposals.filter(Exists(drawn)).update(proposed_by=None)
    unused = list(proposals.values_list("pk", flat=True))
    PromptEvent.objects.filter(prompt__in=unused).delete()
    PromptRevision.objects.filter(prompt__in=unused).delete()
    Prompt.objects.filter(pk__in=unused).delete()
    return Erased(gone=len(unused), kept=kept)


PROPOSALS = Holding(name="proposals", label=_("proposed prompts"), count=_count, rows=_rows, erase=_erase)
