"""Which prompts are exported, and which are not."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from arena.prompts.exporting import Row
from arena.prompts.models import Prompt, PromptRevision
from arena.prompts.selectors.categories import category_family
from arena.prompts.selectors.drawing import in_languages
from arena.prompts.selectors.similar import newest_revisions

ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """What is asked for; empty is everything."""

    status: str = ""
    category: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class ExportCounts:
    """How many prompts are exported, and how many match and are left out because they are holdout."""

    exported: int
    holdout: int


def count_export(wanted: ExportFilter) -> ExportCounts:
    """Count before anything is exported. At most two queries."""
    counts = _matching(wanted).aggregate(
        exported=Count("pk", filter=Q(holdout=False)), holdout=Count("pk", filter=Q(holdout=True))
    )
    return ExportCounts(**counts)


def export_rows(wanted: ExportFilter) -> Iterator[list[Row]]:
    """Yield the prompts that match, by number, a thousand at a time; holdout prompts never. Two queries for each."""
    last = 0
    while True:
        chosen = _matching(wanted).filter(holdout=False, pk__gt=last).order_by("pk").select_related("category")
        prompts = list(chosen[:ROWS_AT_ONCE])
        if not prompts:
            return
        yield _rows(prompts)
        last = prompts[-1].pk


def _matching(wanted: ExportFilter) -> QuerySet[Prompt]:
    prompts = Prompt.objects.all()
    if wanted.status:
        prompts = prompts.filter(status=wanted.status)
    if wanted.category is not None:
        prompts = prompts.filter(category__in=category_family(wanted.category))
    if wanted.language:
        prompts = prompts.filter(in_languages("language", [wanted.language]))
    return prompts


def _rows(prompts: list[Prompt]) -> list[Row]:
    revisions = {revision.prompt_id: revision for revision in newest_revisions().filter(prompt__in=prompts)}
    return [_row(prompt, revisions[prompt.pk]) for prompt in prompts if prompt.pk in revisions]


def _row(prompt: Prompt, revision: PromptRevision) -> Row:
    return {
        "key": prompt.key,
        "text": revision.text,
        "category": prompt.category.slug,
        "language": prompt.language,
        "tags": prompt.tags,
        "source": prompt.source,
        "licence": prompt.licence,
        "author": revision.author,
        "holdout": prompt.holdout,
        "status": prompt.status,
        "revision": revision.number,
    }
