"""What an import would do, does and did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from arena.prompts.models import ImportRow, PromptImport

SIMILAR = "similar"
# A worker reports at least every few seconds; after this silence the page offers to start it again.
SILENT_AFTER = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Counts of the rows of one import: by outcome, by what the undoing did, and of near-duplicates."""

    outcomes: Mapping[str, int]
    undone: Mapping[str, int]
    similar: int
    back_to_review: int
    is_silent: bool

    @property
    def changes(self) -> int:
        """How many rows change the library."""
        return self.outcomes["new"] + self.outcomes["changed"]

    @property
    def first_shown(self) -> str:
        """What the page shows before anybody chose: what needs attention most."""
        for name, count in (("rejected", self.outcomes["rejected"]), (SIMILAR, self.similar)):
            if count:
                return name
        return next((name for name, count in self.outcomes.items() if count), "new")


def import_report(batch: PromptImport) -> ImportReport:
    """Count the rows of an import. One query."""
    rows = ImportRow.objects.filter(batch=batch)
    counts = rows.aggregate(
        **{name: Count("pk", filter=Q(outcome=name)) for name in ImportRow.Outcome.values},
        **{name: Count("pk", filter=Q(undone=name)) for name in ImportRow.Undone.values},
        similar=Count("pk", filter=Q(similar__isnull=False)),
        back=Count("pk", filter=Q(outcome=ImportRow.Outcome.CHANGED, prompt__status="approved")),
    )
    return ImportReport(
        outcomes={name: counts[name] for name in ImportRow.Outcome.values},
        undone={name: counts[name] for name in ImportRow.Undone.values},
        similar=counts["similar"],
        back_to_review=counts["back"],
        is_silent=batch.is_working and timezone.now() - batch.progressed_at > SILENT_AFTER,
    )


def rows_of(batch: PromptImport, outcome: str) -> QuerySet[ImportRow]:
    """Return the rows of one outcome, or those with near-duplicates, by line."""
    chosen = Q(similar__isnull=False) if outcome == SIMILAR else Q(outcome=outcome)
    return ImportRow.objects.filter(chosen, batch=batch).order_by("line")


def same_file_before(batch: PromptImport) -> PromptImport | None:
    """Return an earlier import of the very same file that is in the library, if there is one. One query."""
    earlier = PromptImport.objects.filter(sha256=batch.sha256, status=PromptImport.Status.APPLIED, pk__lt=batch.pk)
    return earlier.order_by("-pk").first()
