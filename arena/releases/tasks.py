"""Celery's doors to exports and imports; both run in the default worker."""

from celery import shared_task

from arena.releases.services import exporting, importing

# Longer than any export we can think of; a run that hangs must not keep the worker for ever.
MOST_SECONDS = 3600


@shared_task(name="releases.run_export", ignore_result=True, acks_late=True, time_limit=MOST_SECONDS)
def run_export(export_id: int) -> None:
    exporting.run_export(export_id=export_id)


@shared_task(name="releases.run_import", ignore_result=True, acks_late=True, time_limit=MOST_SECONDS)
def run_import(import_id: int) -> None:
    importing.run_import(import_id=import_id)
