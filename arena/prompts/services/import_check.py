"""Look at an uploaded file: what each of its rows would do. Nothing in the library changes."""

from collections import defaultdict
from collections.abc import Mapping
from typing import TypedDict

from django.db import transaction
from django.utils import timezone
from structlog import get_logger

from arena.prompts.importing.cells import UnreadableFileError
from arena.prompts.importing.judging import Defaults, Library, Verdict, judge_rows
from arena.prompts.importing.reading import read_file
from arena.prompts.models import ImportRow, PromptImport
from arena.prompts.selectors.library import load_library
from arena.prompts.similarity import near_texts, signatures_of
from arena.prompts.states import advance_import

logger = get_logger(__name__)

EXCERPT_CHARS = 160
ROWS_AT_ONCE = 2_000


class SimilarRow(TypedDict):
    """Something that a row is nearly the same as: a prompt by its key, or an earlier line of the file."""

    key: str
    line: int | None
    percent: int
    text: str


def check_import(*, batch_id: int) -> None:
    """Store what every row of the upload would do, and let it wait for a confirmation; or say why it is unreadable.

    Doing it again, as when a task is delivered twice, gives the same.
    """
    batch = PromptImport.objects.filter(pk=batch_id, status=PromptImport.Status.CHECKING).first()
    if batch is None:
        return
    try:
        raw = read_file(bytes(batch.file.content), batch.format)
    except UnreadableFileError as error:
        advance_import(batch_id, to=PromptImport.Status.UNREADABLE, problem=str(error), progressed_at=timezone.now())
        return
    PromptImport.objects.filter(pk=batch_id).update(total=len(raw.rows), progressed_at=timezone.now())
    library = load_library()
    verdicts = list(judge_rows(raw.rows, library, _defaults(batch)))
    similar = _similar(verdicts, library)
    texts = {row.line: row.values.get("text") for row in raw.rows}
    _store(batch, [_row(batch, verdict, similar.get(verdict.line), texts) for verdict in verdicts], raw.ignored)
    logger.info("prompt_import_checked", batch=batch_id, rows=len(verdicts))


def _defaults(batch: PromptImport) -> Defaults:
    category = batch.category.slug if batch.category else ""
    return Defaults(category=category, language=batch.language, source=batch.source, licence=batch.licence)


def _similar(verdicts: list[Verdict], library: Library) -> Mapping[int, list[SimilarRow]]:
    """Return for each line whose text is new to the library what it is nearly the same as."""
    known = list(library.by_key.values())
    fresh = [
        verdict
        for verdict in verdicts
        if verdict.values and (verdict.known is None or verdict.known.values["text"] != verdict.values["text"])
    ]
    texts = [prompt.values["text"] for prompt in known] + [row.values["text"] for row in fresh if row.values]
    found: defaultdict[int, list[SimilarRow]] = defaultdict(list)
    for near in near_texts(texts, signatures_of(texts), known=len(known)):
        row = fresh[near.index - len(known)]
        line = None if near.other < len(known) else fresh[near.other - len(known)].line
        key = known[near.other].values["key"] if line is None else ""
        # A prompt that gets another text is like itself; that is no news.
        if not (row.known and key == row.known.values["key"]):
            found[row.line].append(
                SimilarRow(key=key, line=line, percent=round(100 * near.share), text=texts[near.other][:EXCERPT_CHARS])
            )
    return found


def _row(
    batch: PromptImport, verdict: Verdict, similar: list[SimilarRow] | None, texts: Mapping[int, object]
) -> ImportRow:
    values: Mapping[str, object] = verdict.values or {"text": _excerpt(texts[verdict.line])}
    return ImportRow(
        batch=batch,
        line=verdict.line,
        outcome=verdict.outcome,
        reason=verdict.reason[:500],
        values=values,
        similar=similar,
        prompt_id=verdict.known.pk if verdict.known else None,
    )


def _excerpt(text: object) -> str:
    """Return the beginning of what stood in the file, without what cannot be stored."""
    if not isinstance(text, str):
        return ""
    return text[:EXCERPT_CHARS].encode("utf-8", errors="replace").decode().replace("\x00", "")


@transaction.atomic
def _store(batch: PromptImport, rows: list[ImportRow], ignored: list[str]) -> None:
    if not advance_import(
        batch.pk, to=PromptImport.Status.READY, ignored_columns=ignored[:50], progressed_at=timezone.now()
    ):
        return
    ImportRow.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
