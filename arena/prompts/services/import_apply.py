"""Do what the preview of an import showed, some rows at a time."""

import json
from collections.abc import Mapping

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.prompts.importing.judging import Values
from arena.prompts.models import Category, ImportFile, ImportRow, Prompt, PromptEvent, PromptImport, PromptRevision
from arena.prompts.selectors.library import texts_present
from arena.prompts.selectors.similar import newest_revisions
from arena.prompts.services.changing import FIELDS, Change, make_changes
from arena.prompts.services.history import record
from arena.prompts.services.importing import send
from arena.prompts.similarity import bands_of, signatures_of
from arena.prompts.states import advance_import

# Little enough that other work of the same worker waits for a second at most.
ROWS_AT_ONCE = 1_000
# What became of each row. One statement for all, because Django's way takes longer than all the rest of an import.
MARK = """
    UPDATE prompts_importrow SET outcome = new.outcome, reason = new.reason, prompt_id = new.prompt_id,
        before = new.before, applied = new.applied
    FROM jsonb_to_recordset(%s::jsonb) AS new (
        id bigint, outcome text, reason text, prompt_id bigint, before jsonb, applied boolean
    )
    WHERE prompts_importrow.id = new.id
"""
CHANGING = (ImportRow.Outcome.NEW, ImportRow.Outcome.CHANGED)


def apply_import(*, batch_id: int) -> None:
    """Do the next rows of a confirmed import, in one transaction, and have the others done after them.

    A row is done once, however often the task is delivered: the import is locked meanwhile, and rows are marked. Rows
    that the library has overtaken since the preview become rejected ones, with the reason.
    """
    with transaction.atomic():
        batch = PromptImport.objects.select_for_update().get(pk=batch_id)
        if batch.status != PromptImport.Status.APPLYING:
            return
        rows = list(batch.rows.filter(applied=False, outcome__in=CHANGING).order_by("line")[:ROWS_AT_ONCE])
        if not rows:
            _finish(batch)
            return
        _apply(batch, rows)
        PromptImport.objects.filter(pk=batch_id).update(done=F("done") + len(rows), progressed_at=timezone.now())
        send(batch_id, batch.status)


def _finish(batch: PromptImport) -> None:
    advance_import(
        batch.pk,
        to=PromptImport.Status.APPLIED,
        done=batch.total,
        applied_at=timezone.now(),
        progressed_at=timezone.now(),
    )
    ImportFile.objects.filter(batch=batch).delete()


def _apply(batch: PromptImport, rows: list[ImportRow]) -> None:
    categories = Category.objects.in_bulk(field_name="slug")
    new = [row for row in rows if row.outcome == ImportRow.Outcome.NEW]
    _reject_overtaken(new)
    _add([row for row in new if row.outcome == ImportRow.Outcome.NEW], batch, categories)
    _change([row for row in rows if row.outcome == ImportRow.Outcome.CHANGED], batch, categories)
    with connection.cursor() as cursor:
        cursor.execute(MARK, [json.dumps([_mark(row) for row in rows])])


def _mark(row: ImportRow) -> dict[str, object]:
    row.applied = row.outcome in CHANGING
    names = ("id", "outcome", "reason", "prompt_id", "before", "applied")
    return {name: getattr(row, name) for name in names}


def _reject_overtaken(rows: list[ImportRow]) -> None:
    keys = set(Prompt.objects.filter(key__in=[row.values["key"] for row in rows]).values_list("key", flat=True))
    texts = texts_present([row.values["text"] for row in rows])
    for row in rows:
        if row.values["key"] in keys or row.values["text"] in texts:
            _reject(row, _("Since the preview, somebody has added a prompt with this key or text."))


def _reject(row: ImportRow, reason: str) -> None:
    row.outcome, row.reason = ImportRow.Outcome.REJECTED, reason


def _add(rows: list[ImportRow], batch: PromptImport, categories: Mapping[str, Category]) -> None:
    prompts = Prompt.objects.bulk_create(
        Prompt(
            key=row.values["key"],
            category=categories[row.values["category"]],
            status=batch.put_into,
            **{name: row.values[name] for name in FIELDS},
        )
        for row in rows
    )
    all_bands = bands_of(signatures_of([row.values["text"] for row in rows])).tolist()
    PromptRevision.objects.bulk_create(
        PromptRevision(prompt=prompt, number=1, text=row.values["text"], author=row.values["author"], bands=bands)
        for prompt, row, bands in zip(prompts, rows, all_bands, strict=True)
    )
    for prompt, row in zip(prompts, rows, strict=True):
        row.prompt = prompt
    _note([prompt.pk for prompt in prompts], batch, batch.put_into)


def _change(rows: list[ImportRow], batch: PromptImport, categories: Mapping[str, Category]) -> None:
    prompts = Prompt.objects.select_for_update(of=("self",)).select_related("category")
    locked = prompts.order_by("pk").in_bulk([row.prompt_id for row in rows])
    revisions = {row.prompt_id: row for row in newest_revisions().filter(prompt__in=locked)}
    changes = []
    for row in rows:
        prompt = locked.get(row.prompt_id or 0)
        if prompt is None or prompt.status == Prompt.Status.RETIRED:
            _reject(row, _("Since the preview, somebody has retired or removed this prompt."))
            continue
        revision = revisions[prompt.pk]
        row.before = {**_values_now(prompt, revision), "status": prompt.status, "revision": revision.number}
        changes.append(Change(prompt, revision, row.values))
    texts = make_changes(
        changes,
        categories,
        keeps_approval=batch.put_into == PromptImport.PutInto.APPROVED,
        actor=batch.uploaded_by,
        actor_name=batch.uploader_name,
    )
    for row in rows:
        if row.before is not None and row.prompt_id in texts:
            row.before["revision"] = texts[row.prompt_id]
    for status in Prompt.Status.values:
        _note([change.prompt.pk for change in changes if change.prompt.status == status], batch, status)


def _values_now(prompt: Prompt, revision: PromptRevision) -> Values:
    return Values(
        key=prompt.key,
        text=revision.text,
        category=prompt.category.slug,
        language=prompt.language,
        tags=prompt.tags,
        source=prompt.source,
        licence=prompt.licence,
        author=revision.author,
        holdout=prompt.holdout,
    )


def _note(prompts: list[int], batch: PromptImport, status: str) -> None:
    record(
        prompts,
        PromptEvent.Action.IMPORTED,
        status=status,
        actor=batch.uploaded_by,
        actor_name=batch.uploader_name,
        reason=batch.file_name,
    )
