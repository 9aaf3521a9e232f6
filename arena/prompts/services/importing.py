"""The steps of an import that a person asks for. The work itself is done by a worker."""

import hashlib

from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from arena.prompts.errors import ImportStateError
from arena.prompts.importing.reading import format_of
from arena.prompts.models import ImportFile, PromptImport
from arena.prompts.states import advance_import

QUEUE = "default"
TASKS = {
    PromptImport.Status.CHECKING: "prompts.check_import",
    PromptImport.Status.APPLYING: "prompts.apply_import",
    PromptImport.Status.UNDOING: "prompts.undo_import",
}


@transaction.atomic
def start_import(*, batch: PromptImport, file_name: str, content: bytes, actor: User) -> PromptImport:
    """Keep an upload and have it checked; `batch` holds the choices of the form.

    Raises
    ------
    UnreadableFileError
        When the name of the file says that it is of no form that is read.
    """
    batch.file_name = file_name[-200:]
    batch.format = format_of(file_name)
    batch.sha256 = hashlib.sha256(content).hexdigest()
    batch.uploaded_by, batch.uploader_name = actor, actor.get_username()
    batch.full_clean()
    batch.save()
    ImportFile.objects.create(batch=batch, content=content)
    send(batch.pk, batch.status)
    return batch


@transaction.atomic
def confirm_import(*, batch_id: int) -> None:
    """Have what the preview shows done.

    Raises
    ------
    ImportStateError
        When the import does not wait for that, as when two people confirm it.
    """
    _advance(batch_id, PromptImport.Status.APPLYING, done=0)
    send(batch_id, PromptImport.Status.APPLYING)


@transaction.atomic
def discard_import(*, batch_id: int) -> None:
    """Give the import up before it changed anything. What it would have done stays to be read; the file goes.

    Raises
    ------
    ImportStateError
        When it has begun already.
    """
    _advance(batch_id, PromptImport.Status.DISCARDED)
    ImportFile.objects.filter(batch=batch_id).delete()


@transaction.atomic
def undo_import(*, batch_id: int) -> None:
    """Have an import taken back as a whole.

    Raises
    ------
    ImportStateError
        When it is not done, or undone already.
    """
    _advance(batch_id, PromptImport.Status.UNDOING, done=0)
    send(batch_id, PromptImport.Status.UNDOING)


def resume_import(*, batch_id: int) -> None:
    """Send the work of an import to a worker once more, because a message got lost. Harmless when it did not."""
    batch = PromptImport.objects.get(pk=batch_id)
    if batch.is_working:
        send(batch_id, batch.status)


def send(batch_id: int, status: str) -> None:
    """Have a worker do what an import in this state waits for, when the transaction has committed."""
    name = TASKS[PromptImport.Status(status)]
    transaction.on_commit(lambda: current_app.send_task(name, args=[batch_id], queue=QUEUE), robust=True)


def _advance(batch_id: int, status: str, **fields: object) -> None:
    if not advance_import(batch_id, to=status, progressed_at=timezone.now(), **fields):
        raise ImportStateError
