"""The files of exports, as far as they hold somebody's comparisons."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arena.battles.models import Battle
from arena.raters.holdings import Erased, HeldRow, Holding, Raters
from arena.releases.filters import read_filter
from arena.releases.models import Export, Job
from arena.releases.population import battles_of
from arena.releases.services.exporting import send_export
from arena.releases.storage import export_archive

ERASED = _("Deleted because somebody whose comparisons it held erased their data. Make another one.")


def _exports(raters: Raters) -> list[Export]:
    """Return exports with a file, or on the way to one, in which a battle of these raters may stand. Two queries."""
    live = Q(status=Job.Status.DONE, deleted_at=None) | Q(status=Job.Status.RUNNING)
    exports = Export.objects.filter(live).order_by("pk")
    voted = [_one_voted(export, raters) for export in exports]
    holding = {row["export"] for row in voted[0].union(*voted[1:], all=True)} if voted else set()
    return [export for export in exports if export.pk in holding]


def _one_voted(export: Export, raters: Raters) -> QuerySet[Battle, Any]:
    """Return the key of an export as one row if a battle of these raters may stand in it, and else none."""
    voted = battles_of(read_filter(export.filters)).filter(rater__in=raters, status=Battle.Status.VOTED)
    if export.finished_at is not None:
        voted = voted.filter(vote__created_at__lte=export.finished_at)
    return voted.order_by().values(export=Value(export.pk))[:1]


def _count(raters: Raters) -> int:
    return len(_exports(raters))


def _rows(raters: Raters) -> Iterator[HeldRow]:
    for export in _exports(raters):
        yield {"title": export.title, "licence": export.licence, "finished_at": export.finished_at}


def _erase(raters: Raters) -> Erased:
    """Delete the files; a run that may have read these battles already begins anew. Records and counts stay."""
    exports = _exports(raters)
    for export in exports:
        rows = Export.objects.filter(pk=export.pk)
        if export.status == Job.Status.DONE:
            rows.update(deleted_at=timezone.now(), message=ERASED)
            path = export_archive(export)
            transaction.on_commit(partial(path.unlink, missing_ok=True))
        elif rows.filter(status=Job.Status.RUNNING).update(status=Job.Status.QUEUED, run=None):
            transaction.on_commit(partial(send_export, export), robust=True)
    return Erased(gone=len(exports))


EXPORTS = Holding(name="export_files", label=_("files of exports on this site"), count=_count, rows=_rows, erase=_erase)
