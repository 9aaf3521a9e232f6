"""Count how often each contestant was drawn and how quickly it answered, day by day, for the public pages.

Only days that are over and battles that ended are counted: what is shown must not tell a rater who answers now.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import TypeAlias

from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from arena.battles.models import Battle, Completion, ContestantSpeed, ExposureDay
from arena.battles.sides import answered_by
from models_registry.models import Contestant

# A battle that stays open over midnight is counted on its own day, as soon as it has ended within so many days.
RECOUNTED = timedelta(days=7)
SPEED_DAYS = timedelta(days=30)
NEWEST_ANSWERS = 500
# Of fewer answers a median would speak of single battles.
LEAST_ANSWERS = 20
BATCH = 1000

Key: TypeAlias = tuple[str, date, int]


def count_exposure(*, today: date) -> None:
    """Count the days up to yesterday that are not counted yet, the last week once more, and the speeds of late.

    Counting again gives the same rows. Reads the battles of those days once for each side.
    """
    newest: date | None = ExposureDay.objects.aggregate(newest=Max("day"))["newest"]
    # Pairs only: the probability of four that meet is no probability of a pair.
    pairs = Battle.objects.filter(created_at__lt=midnight(today), conversation_type="")
    ended = pairs.exclude(status=Battle.Status.OPEN)
    since = date.min if newest is None else newest - RECOUNTED
    if newest is not None:
        ended = ended.filter(created_at__gte=midnight(since))
    rows = _rows(ended)
    with transaction.atomic():
        ExposureDay.objects.filter(day__gte=since).delete()
        ExposureDay.objects.bulk_create(
            rows,
            batch_size=BATCH,
            # Two workers that count at the same time write the same numbers.
            update_conflicts=True,
            unique_fields=("contestant", "kind", "day"),
            update_fields=("draws", "votes", "battles", "probability_sum"),
        )
    _measure_speeds(today)


def midnight(day: date) -> datetime:
    """Return when a day begins, in UTC."""
    return datetime.combine(day, time.min, tzinfo=UTC)


def _rows(battles: QuerySet[Battle]) -> list[ExposureDay]:
    draws: Counter[Key] = Counter()
    votes: Counter[Key] = Counter()
    totals: Counter[tuple[str, date]] = Counter()
    probabilities: dict[Key, float] = {}
    for side in ("snapshot_a", "snapshot_b"):
        counted = battles.order_by().values_list(
            "kind", TruncDate("created_at", tzinfo=UTC), f"{side}__contestant"
        )  # fmt: skip - the key of a row
        figures = counted.annotate(
            draws=Count("pk"),
            votes=Count("pk", filter=Q(status=Battle.Status.VOTED)),
            probability=Sum("draw_probability"),
        )
        for kind, day, contestant, drawn, voted, probability in figures:
            key = (kind, day, contestant)
            draws[key] += drawn
            votes[key] += voted
            probabilities[key] = probabilities.get(key, 0.0) + probability
            # Each battle has one contestant on side A.
            totals[kind, day] += drawn if side == "snapshot_a" else 0
    return [
        ExposureDay(
            contestant_id=contestant,
            kind=kind,
            day=day,
            draws=drawn,
            votes=votes[kind, day, contestant],
            battles=totals[kind, day],
            probability_sum=probabilities[kind, day, contestant],
        )
        for (kind, day, contestant), drawn in sorted(draws.items())
    ]


@dataclass(frozen=True, slots=True)
class _Answer:
    """When an answer was asked for, began and ended, in milliseconds, and how long it was."""

    asked_ms: float
    first_ms: int
    ended_ms: int
    tokens: int | None

    @property
    def tokens_per_second(self) -> float | None:
        """The pace after the first text; None where nobody counted, or all came at once."""
        lasted = self.ended_ms - self.first_ms
        return None if not self.tokens or self.tokens < 2 or lasted <= 0 else (self.tokens - 1) * 1000 / lasted  # noqa: PLR2004 - the first token has no pace


def _measure_speeds(today: date) -> None:
    """Measure those that were not measured for yesterday yet; one query for each contestant that is drawn."""
    yesterday = today - timedelta(days=1)
    stale = Contestant.objects.ever_in_draw().exclude(status=Contestant.Status.RETIRED)
    for contestant in stale.exclude(speed__counted_until=yesterday).order_by("pk"):
        answers = list(_newest_answers(contestant, today))
        if len(answers) >= LEAST_ANSWERS:
            ContestantSpeed.objects.update_or_create(
                contestant=contestant, defaults={"counted_until": yesterday, **_medians(answers)}
            )


def _medians(answers: Iterable[_Answer]) -> dict[str, object]:
    rows = list(answers)
    paces = [pace for row in rows if (pace := row.tokens_per_second) is not None]
    return {
        "answers": len(rows),
        "first_text_ms": max(0, round(median(row.first_ms - row.asked_ms for row in rows))),
        "tokens_per_second": round(median(paces), 1) if len(paces) >= LEAST_ANSWERS else None,
    }


def _newest_answers(contestant: Contestant, today: date) -> Iterator[_Answer]:
    end = midnight(today)
    rows = (
        Completion.objects.filter(
            answered_by(contestant),
            endpoint=contestant.endpoint_id,
            finished_at__gte=end - SPEED_DAYS,
            finished_at__lt=end,
            status=Completion.Status.DONE,
            started_at__isnull=False,
        )
        .exclude(turn__battle__status=Battle.Status.OPEN)
        .order_by("-finished_at")
        .values_list("started_at", F("arrivals__0__0"), "ended_ms", "completion_tokens")
    )
    for started_at, first_ms, ended_ms, tokens in rows[:NEWEST_ANSWERS]:
        if first_ms is not None and started_at is not None and ended_ms is not None:
            yield _Answer(started_at.timestamp() * 1000, int(first_ms), ended_ms, tokens)
