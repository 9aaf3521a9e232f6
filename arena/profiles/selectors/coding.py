"""What waits for being sorted, and how well those who sort agree."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet

from arena.profiles.models import Answer, Coding
from arena.profiles.models.coding import CODERS
from arena.studies.models import Purpose
from arena.studies.selectors import agreed, withdrew


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many answers two members of the staff have sorted, and about how many of them they agreed."""

    sorted_twice: int
    agreed: int


def waiting_for(coder: User) -> QuerySet[Answer]:
    """Return what a member of the staff can sort, the oldest first: texts of people who allow a profile now."""
    theirs = Coding.objects.filter(answer=OuterRef("pk"), coder=coder)
    return _texts().alias(number=Count("codings")).filter(~Exists(theirs), number__lt=CODERS).order_by("pk")


def disagreements() -> QuerySet[Answer]:
    """Return the texts that two members of the staff put into two groups, which nobody has settled yet."""
    return (
        _texts()
        .alias(number=Count("codings"), first=Min("codings__code"), last=Max("codings__code"))
        .filter(number=CODERS)
        .exclude(first=F("last"))
        .prefetch_related("codings")
        .order_by("pk")
    )


def _texts() -> QuerySet[Answer]:
    texts = Answer.objects.exclude(text="").exclude(question__coding="").select_related("question")
    allowed = agreed(Purpose.PROFILE, rater="rater", study="study")
    return texts.filter(allowed, ~withdrew(Purpose.PROFILE, rater="rater", study="study"))


def agreement() -> Agreement:
    """Return how well those who sort agree before anything is settled; one query."""
    pairs = (
        Coding.objects.filter(settles=False)
        .values("answer")
        .annotate(number=Count("pk"), first=Min("code"), last=Max("code"))
        .filter(number=CODERS)
        .order_by()
    )
    counts = pairs.aggregate(sorted_twice=Count("answer"), agreed=Count("answer", filter=Q(first=F("last"))))
    return Agreement(**counts)
