"""Ask for an export, write it in a worker, cancel it, delete its file."""

import shutil
from pathlib import Path

import structlog
from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from arena.releases.errors import JobTakenError
from arena.releases.filters import read_filter
from arena.releases.jobs import Run, cancel, claim, requeue
from arena.releases.models import Export, Job
from arena.releases.package import ExportPlan, Summary, file_sha256, write_package
from arena.releases.packing import packed
from arena.releases.pseudonyms import new_key
from arena.releases.storage import export_archive, export_scratch

logger = structlog.get_logger(__name__)

FAILED = "The export could not be written. The log of the default worker says why."


@transaction.atomic
def request_export(*, plan: ExportPlan, user: User | None) -> Export:
    """Record an export and have the default worker write it once the transaction has committed.

    Raises
    ------
    django.core.exceptions.ValidationError
        When title or licence are missing, or format or layout are not known.
    """
    export = Export(
        filters=plan.chosen.as_json(),
        title=plan.title.strip(),
        licence=plan.licence.strip(),
        format=plan.file_format,
        layout=plan.layout,
        created_by=user,
    )
    export.full_clean()
    export.save(force_insert=True)
    transaction.on_commit(lambda: send_export(export), robust=True)
    return export


def send_export(export: Export) -> None:
    """Put the export into the queue of the default worker."""
    current_app.send_task("releases.run_export", kwargs={"export_id": export.pk}, queue="default")


def run_export(*, export_id: int) -> None:
    """Write the file of a waiting export. Delivered twice, the second finds nothing to do.

    A failure is stored with the export, as one sentence; its cause is logged.
    """
    claimed = claim(Export, export_id)
    if claimed is None:
        return
    export, run = claimed
    scratch = export_scratch(export)
    try:
        summary, archive = _write(export, run, scratch)
        _publish(export, run, summary, archive)
    except JobTakenError:
        logger.info("export ended early", export=export.pk)
        _remove_if_cancelled(export)
    except Exception:  # the boundary of the process: whatever it was, the person who waits is told
        logger.exception("export failed", export=export.pk)
        _fail(run)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def cancel_export(*, export: Export) -> bool:
    """Cancel an export that is not finished; tell whether there was anything to cancel."""
    return cancel(export)


def restart_export(*, export: Export) -> bool:
    """Start an export again whose worker fell silent; tell whether it was silent."""
    if not requeue(export):
        return False
    send_export(export)
    return True


def delete_file(*, export: Export) -> bool:
    """Delete the file of a finished export; the record of what was exported stays. Tell whether there was a file."""
    rows = Export.objects.filter(pk=export.pk, status=Job.Status.DONE, deleted_at=None)
    deleted = bool(rows.update(deleted_at=timezone.now()))
    export_archive(export).unlink(missing_ok=True)
    return deleted


def plan_of(export: Export) -> ExportPlan:
    """Return what an export writes."""
    return ExportPlan(read_filter(export.filters), export.title, export.licence, export.format, export.layout)


def _write(export: Export, run: Run, scratch: Path) -> tuple[Summary, Path]:
    folder = scratch / export.name
    folder.mkdir(parents=True)
    archive, plan = scratch / "archive.zip", plan_of(export)
    with packed(folder, archive, plan.data_file):
        summary = write_package(plan, folder, key=new_key(), report=run.report)
    return summary, archive


def _publish(export: Export, run: Run, summary: Summary, archive: Path) -> None:
    """Put the file in its place. Whoever finds the export done finds its file too."""
    size, sha256 = archive.stat().st_size, file_sha256(archive)
    archive.replace(export_archive(export))
    counts = {name: summary[name] for name in ("found", "exported", "left_out", "winners")}
    run.finish(Job.Status.DONE, done=F("total"), counts=counts, size=size, sha256=sha256)


def _remove_if_cancelled(export: Export) -> None:
    """Remove a file that was in place just when the export was cancelled; one of another run stays."""
    if Export.objects.filter(pk=export.pk, status=Job.Status.CANCELLED).exists():
        export_archive(export).unlink(missing_ok=True)


def _fail(run: Run) -> None:
    try:
        run.finish(Job.Status.FAILED, message=FAILED)
    except JobTakenError:
        logger.info("failed export was cancelled")
