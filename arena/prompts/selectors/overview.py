"""The library in numbers."""

from dataclasses import dataclass

from django.db.models import Count, Q

from arena.prompts.models import Prompt


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many prompts are in a state."""

    status: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class LibraryOverview:
    """How many prompts there are in each state, in how many languages, and how many are holdout."""

    statuses: list[StatusCount]
    languages: int
    holdout: int

    @property
    def waiting(self) -> int:
        """How many are in review."""
        return next(row.count for row in self.statuses if row.status == Prompt.Status.IN_REVIEW)


def library_overview() -> LibraryOverview:
    """Count the library. One query."""
    counts = Prompt.objects.aggregate(
        **{name: Count("pk", filter=Q(status=name)) for name in Prompt.Status.values},
        languages=Count("language", distinct=True),
        held=Count("pk", filter=Q(holdout=True)),
    )
    statuses = [StatusCount(name, str(label), counts[name]) for name, label in Prompt.Status.choices]
    return LibraryOverview(statuses, counts["languages"], counts["held"])
