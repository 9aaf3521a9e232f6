"""What a person decided about our texts."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from arena.raters.holdings import Erased, HeldRow, Holding, Raters
from arena.studies.models import ConsentDecision


def _decisions(raters: Raters) -> QuerySet[ConsentDecision]:
    return ConsentDecision.objects.filter(rater__in=raters).order_by("pk")


def _count(raters: Raters) -> int:
    return _decisions(raters).count()


def _rows(raters: Raters) -> Iterator[HeldRow]:
    for decision in _decisions(raters).select_related("study", "revision"):
        yield {
            "study": decision.study.slug,
            "purpose": decision.purpose,
            "version": decision.revision.number,
            "language": decision.revision.language,
            "sha256": decision.sha256,
            "agreed": decision.given,
            "decided_at": decision.decided_at,
            "superseded_at": decision.superseded_at,
        }


def _erase(raters: Raters) -> Erased:
    gone, _by_model = _decisions(raters).delete()
    return Erased(gone=gone)


DECISIONS = Holding(name="decisions", label=_("decisions about our texts"), count=_count, rows=_rows, erase=_erase)
