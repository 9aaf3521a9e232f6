"""What operators may know of a running arena: queues, failures, newest votes, disk. Nothing here names a rater."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db.models import Case, Count, F, Min, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from arena.battles.models import Completion, Side, Vote
from arena.battles.protocols import FEWEST_ANSWERS
from models_registry.models import Endpoint
from models_registry.redis_connection import client

# The queues of every arena; those of the endpoints come on top.
STANDING_QUEUES = ("default", "ratings", "ratings-slow")
NEWEST_VOTES = 5


def _of_endpoint(field: str) -> Coalesce:
    """Return a field of the endpoint that answers; rows that name none had that of the contestant on their side."""
    contestant = f"contestant__endpoint__{field}"
    on_side = Case(
        When(side=Side.A, then=F(f"turn__battle__snapshot_a__{contestant}")),
        default=F(f"turn__battle__snapshot_b__{contestant}"),
    )
    return Coalesce(F(f"endpoint__{field}"), on_side)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many tasks wait on a queue, and since when the oldest answer on it waits."""

    name: str
    waiting: int
    oldest_seconds: float | None


@dataclass(frozen=True, slots=True)
class FailureCount:
    """How many answers of an endpoint ended in one kind of failure."""

    kind: str
    endpoint: str
    count: int


@dataclass(frozen=True, slots=True)
class NewVote:
    """A vote as operators see it: when it came and what it says."""

    at: datetime
    kind: str
    winner: str


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """Bytes on the disk that holds the var folder."""

    free: int
    total: int


def queue_names() -> tuple[str, ...]:
    """Return the queues that need a worker. One query."""
    served = Endpoint.objects.filter(enabled=True).order_by("queue").values_list("queue", flat=True).distinct()
    return (*STANDING_QUEUES, *served)


def queue_states() -> list[QueueState]:
    """Return what waits on every queue. Two queries, and one to Redis.

    Raises
    ------
    redis.exceptions.RedisError
        When Redis does not answer.
    """
    names = queue_names()
    pipeline = client().pipeline(transaction=False)
    for name in names:
        pipeline.llen(name)
    waiting = cast("list[int]", pipeline.execute())
    oldest = _oldest_waiting()
    now = timezone.now()
    return [
        QueueState(name, count, (now - oldest[name]).total_seconds() if name in oldest else None)
        for name, count in zip(names, waiting, strict=True)
    ]


def _oldest_waiting() -> dict[str, datetime]:
    queued = (
        Completion.objects.filter(status=Completion.Status.QUEUED).annotate(queue_name=_of_endpoint("queue")).order_by()
    )
    return dict(queued.values("queue_name").annotate(oldest=Min("queued_at")).values_list("queue_name", "oldest"))


def failures(*, since: datetime | None = None) -> list[FailureCount]:
    """Return the failed answers by kind and endpoint, most first. One query."""
    failed = Completion.objects.filter(status=Completion.Status.FAILED)
    if since is not None:
        failed = failed.filter(finished_at__gte=since)
    counted = (
        failed.annotate(slug=_of_endpoint("slug")).values("failure", "slug").order_by().annotate(count=Count("pk"))
    )
    rows = counted.order_by("-count", "failure", "slug").values_list("failure", "slug", "count")
    return [FailureCount(kind=kind or "unknown", endpoint=slug, count=count) for kind, slug, count in rows]


def failures_of_last_day() -> list[FailureCount]:
    """Return the failures of the last 24 hours. One query."""
    return failures(since=timezone.now() - timedelta(days=1))


def newest_votes() -> list[NewVote]:
    """Return the newest votes. One query."""
    votes = Vote.objects.order_by("-created_at")[:NEWEST_VOTES]
    return [NewVote(vote.created_at, vote.get_kind_display(), vote.get_winner_display()) for vote in votes]


def disk_space() -> DiskSpace:
    """Return the space on the disk that holds the var folder, or a folder above it while that is missing."""
    folder = next(path for path in (settings.VAR_DIR, *settings.VAR_DIR.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    return DiskSpace(free=usage.free, total=usage.total)


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """What recent answers took: seconds until a turn had text on all sides, tokens a second by endpoint."""

    first_text: tuple[float, ...]
    tokens_per_second: dict[str, tuple[float, ...]]


def answer_times(*, since: datetime, most: int = 1000) -> AnswerTimes:
    """Return the speed of the newest finished answers. One query; the texts are not read."""
    rows = (
        Completion.objects.filter(status=Completion.Status.DONE, finished_at__gte=since, ended_ms__isnull=False)
        .annotate(slug=_of_endpoint("slug"), tokens=F("completion_tokens"), ended=F("ended_ms"))
        .order_by("-finished_at")
        .values_list("turn_id", "attempt", "queued_at", "arrivals__0__0", "ended", "tokens", "slug")[:most]
    )
    return _answer_times(rows)


def _answer_times(rows: Iterable[Sequence[object]]) -> AnswerTimes:
    firsts: dict[object, list[float]] = {}
    speeds: dict[str, list[float]] = {}
    for turn, attempt, queued, first, ended, tokens, slug in cast(
        "Iterable[tuple[int, int, datetime, int | None, int, int | None, str]]", rows
    ):
        if first is None:
            continue
        firsts.setdefault((turn, attempt), []).append(first / 1000 - queued.timestamp())
        if tokens and ended > first:
            speeds.setdefault(slug, []).append(1000 * tokens / (ended - first))
    both = (max(sides) for sides in firsts.values() if len(sides) >= FEWEST_ANSWERS)
    return AnswerTimes(tuple(sorted(both)), {slug: tuple(sorted(values)) for slug, values in speeds.items()})
