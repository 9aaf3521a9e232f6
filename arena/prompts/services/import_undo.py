"""Take an import back, some rows at a time."""

from collections.abc import Collection

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Model, Q
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.prompts.models import Category, ImportRow, Prompt, PromptEvent, PromptImport, PromptRevision
from arena.prompts.selectors.similar import newest_revisions
from arena.prompts.services.changing import Change, make_changes
from arena.prompts.services.history import record
from arena.prompts.services.import_apply import ROWS_AT_ONCE
from arena.prompts.services.importing import send
from arena.prompts.services.reviewing import decide
from arena.prompts.states import Action, advance_import

TRIES = 3
Undone = ImportRow.Undone


def undo_import_rows(*, batch_id: int) -> None:
    """Take back the next rows of an import, in one transaction, and have the others done after them.

    A prompt that a battle used is retired instead of removed, for the battle keeps what it asked. A prompt that got
    another text since the import stays as it is: somebody's work is in it. Every row says what became of it.
    """
    for attempt in range(TRIES):
        try:
            _undo_some(batch_id)
        except IntegrityError:
            # A battle took one of the prompts at this moment; the next try sees that it is in use.
            if attempt == TRIES - 1:
                raise
        else:
            return


@transaction.atomic
def _undo_some(batch_id: int) -> None:
    batch = PromptImport.objects.select_for_update().get(pk=batch_id)
    if batch.status != PromptImport.Status.UNDOING:
        return
    rows = list(batch.rows.filter(applied=True, undone="").order_by("line")[:ROWS_AT_ONCE])
    if not rows:
        now = timezone.now()
        advance_import(batch_id, to=PromptImport.Status.UNDONE, done=batch.total, undone_at=now, progressed_at=now)
        return
    _undo(batch, rows)
    for fate in Undone:
        ImportRow.objects.filter(pk__in=[row.pk for row in rows if row.undone == fate]).update(undone=fate)
    PromptImport.objects.filter(pk=batch_id).update(done=F("done") + len(rows), progressed_at=timezone.now())
    send(batch_id, batch.status)
    with connection.cursor() as cursor:
        # What a battle holds on to must fail here, where it can be tried again, not at the commit.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _undo(batch: PromptImport, rows: list[ImportRow]) -> None:
    prompts = [row.prompt_id for row in rows if row.prompt_id]
    list(Prompt.objects.select_for_update(of=("self",)).filter(pk__in=prompts).order_by("pk").values_list("pk"))
    numbers = dict(newest_revisions().filter(prompt__in=prompts).values_list("prompt", "number"))
    used = prompts_in_use(prompts)
    for row in rows:
        row.undone = _fate(row, numbers, used)
    _restore(batch, [row for row in rows if row.undone == Undone.RESTORED])
    retired = [row.prompt_id for row in rows if row.undone == Undone.RETIRED and row.prompt_id]
    decide(
        prompts=Prompt.objects.filter(pk__in=retired),
        action=Action.RETIRED,
        actor=batch.uploaded_by,
        reason=_reason(batch),
    )
    _remove([row.prompt_id for row in rows if row.undone == Undone.REMOVED and row.prompt_id])


def _fate(row: ImportRow, numbers: dict[int, int], used: Collection[int]) -> str:
    """Return what becomes of the prompt; `numbers` are those of the revisions in force."""
    if row.prompt_id is None:
        return Undone.REMOVED
    written = (row.before or {}).get("revision", 1)
    if numbers[row.prompt_id] != written:
        return Undone.KEPT
    if row.outcome == ImportRow.Outcome.CHANGED:
        return Undone.RESTORED
    return Undone.RETIRED if row.prompt_id in used else Undone.REMOVED


def prompts_in_use(prompts: Collection[int]) -> set[int]:
    """Return those of `prompts` that anything outside this app refers to, such as a battle. One query a relation."""
    used: set[int] = set()
    for target, path in ((Prompt, "pk"), (PromptRevision, "prompt")):
        for relation in _relations_from_outside(target):
            name = relation.field.name
            rows = relation.related_model._default_manager.filter(**{f"{name}__{path}__in": prompts})  # noqa: SLF001 - documented by Django
            used.update(rows.values_list(f"{name}__{path}", flat=True).distinct())
    return used


def _relations_from_outside(model: type[Model]) -> list[ForeignObjectRel]:
    own = model._meta.app_label  # noqa: SLF001 - documented by Django
    relations = model._meta.related_objects  # noqa: SLF001 - as above
    return [relation for relation in relations if relation.related_model._meta.app_label != own]  # noqa: SLF001 - as above


def _remove(prompts: Collection[int]) -> None:
    ImportRow.objects.filter(prompt__in=prompts).update(prompt=None)
    for model in (PromptEvent, PromptRevision):
        rows = model._default_manager.filter(prompt__in=prompts)  # noqa: SLF001 - documented by Django
        rows._raw_delete(rows.db)  # noqa: SLF001 - nothing else refers to them, and the database would refuse
    Prompt.objects.filter(Q(pk__in=prompts)).delete()


def _restore(batch: PromptImport, rows: list[ImportRow]) -> None:
    prompts = Prompt.objects.in_bulk([row.prompt_id for row in rows])
    revisions = {revision.prompt_id: revision for revision in newest_revisions().filter(prompt__in=prompts)}
    changes = [
        Change(prompts[row.prompt_id], revisions[row.prompt_id], row.before)
        for row in rows
        if row.prompt_id is not None and row.before is not None
    ]
    make_changes(
        changes,
        Category.objects.in_bulk(field_name="slug"),
        keeps_approval=True,
        actor=batch.uploaded_by,
        actor_name=batch.uploader_name,
    )
    # What was approved before is so again: its text is the one that was reviewed.
    again = [change.prompt.pk for change in changes if change.values["status"] == Prompt.Status.APPROVED]
    Prompt.objects.filter(pk__in=again, status=Prompt.Status.IN_REVIEW).update(status=Prompt.Status.APPROVED)
    for status in Prompt.Status.values:
        of_status = Prompt.objects.filter(pk__in=prompts, status=status).values_list("pk", flat=True)
        record(
            list(of_status),
            PromptEvent.Action.EDITED,
            status=status,
            actor=batch.uploaded_by,
            actor_name=batch.uploader_name,
            reason=_reason(batch),
        )


def _reason(batch: PromptImport) -> str:
    return _("The import of %(file)s was undone.") % {"file": batch.file_name}
