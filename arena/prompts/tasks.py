"""Celery's doors to the prompt library."""

from celery import shared_task

from arena.prompts.services import import_apply, import_check, import_undo


@shared_task(name="prompts.check_import", ignore_result=True, time_limit=600)
def check_import(batch_id: int) -> None:
    import_check.check_import(batch_id=batch_id)


@shared_task(name="prompts.apply_import", ignore_result=True, time_limit=300)
def apply_import(batch_id: int) -> None:
    import_apply.apply_import(batch_id=batch_id)


@shared_task(name="prompts.undo_import", ignore_result=True, time_limit=300)
def undo_import(batch_id: int) -> None:
    import_undo.undo_import_rows(batch_id=batch_id)
