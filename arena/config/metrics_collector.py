"""What `/metrics` says, read when it is asked: from PostgreSQL and from Redis.

Counts come from rows, so that restarts and further web processes change nothing; generation workers and websockets are
known by what their processes say every few seconds. No label names a rater.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from statistics import median, quantiles

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.utils import timezone
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from arena.battles.models import Battle, Skip, Vote
from arena.config.metrics_sockets import told
from arena.config.status import answer_times, failures, queue_states
from models_registry.heartbeat import live_workers

RECENT = timedelta(minutes=10)


def _counted(name: str, text: str, rows: Iterator[tuple[tuple[str, ...], float]], *labels: str) -> Metric:
    family = CounterMetricFamily(name, text, labels=labels)
    for values, count in rows:
        family.add_metric(values, count)
    return family


def _measured(name: str, text: str, rows: Iterator[tuple[tuple[str, ...], float]], *labels: str) -> Metric:
    family = GaugeMetricFamily(name, text, labels=labels)
    for values, value in rows:
        family.add_metric(values, value)
    return family


def battle_counts() -> Iterator[Metric]:
    """Count battles, votes, skips and failures. Four queries."""
    battles = Battle.objects.order_by().values_list("kind", "status").annotate(n=Count("pk"))
    yield _counted("parallax_battles", "Battles started.", (((k, s), n) for k, s, n in battles), "kind", "status")
    votes = Vote.objects.order_by().values_list("kind", "winner").annotate(n=Count("pk"))
    yield _counted("parallax_votes", "Votes stored.", (((k, w), n) for k, w, n in votes), "kind", "winner")
    skips = Skip.objects.order_by().values_list("reason").annotate(n=Count("pk"))
    yield _counted("parallax_skips", "Battles passed over.", (((r,), n) for r, n in skips), "reason")
    failed = (((item.kind, item.endpoint), item.count) for item in failures())
    yield _counted("parallax_failures", "Answers that failed.", failed, "kind", "endpoint")


def answer_speeds() -> Iterator[Metric]:
    """Describe the speed of the answers of the last ten minutes. One query."""
    times = answer_times(since=timezone.now() - RECENT)
    text = "Seconds from a prompt to text on both sides, over the last ten minutes."
    yield _measured("parallax_first_text_seconds", text, _quantiles(times.first_text), "quantile")
    text = "Median tokens a second of one answer, over the last ten minutes."
    speeds = (((slug,), median(values)) for slug, values in sorted(times.tokens_per_second.items()))
    yield _measured("parallax_tokens_per_second", text, speeds, "endpoint")


def _quantiles(values: tuple[float, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    if len(values) > 1:
        cuts = quantiles(values, n=100, method="inclusive")
        yield from ((("0.5",), cuts[49]), (("0.9",), cuts[89]), (("0.99",), cuts[98]))


def queue_lengths() -> Iterator[Metric]:
    """Tell what waits on each queue. Two queries, and one to Redis."""
    states = queue_states()
    waiting = (((state.name,), float(state.waiting)) for state in states)
    yield _measured("parallax_queue_waiting", "Tasks that wait on a queue.", waiting, "queue")
    oldest = (((state.name,), state.oldest_seconds or 0.0) for state in states)
    yield _measured("parallax_queue_oldest_seconds", "Age of the oldest answer that waits.", oldest, "queue")


def worker_loads() -> Iterator[Metric]:
    """Tell what the generation workers say of themselves."""
    states = live_workers()
    slots = settings.GENERATION_SLOTS
    active = (((state.worker,), float(state.active)) for state in states)
    yield _measured("parallax_worker_answers", "Answers that a worker writes now.", active, "worker")
    waiting = (((state.worker,), float(state.queued)) for state in states)
    yield _measured("parallax_worker_waiting", "Answers that wait for a place in a batch.", waiting, "worker")
    fill = (((state.worker,), state.active / slots) for state in states)
    yield _measured("parallax_batch_fill", "Share of GENERATION_SLOTS in use.", fill, "worker")
    kinds = (
        ((slug, kind), 1.0)
        for state in states
        for kind in ("ready", "loading", "failed")
        for slug in getattr(state, kind)
    )
    yield _measured(
        "parallax_endpoint_state",
        "1 for the state that a worker names.",
        iter(dict(kinds).items()),
        "endpoint",
        "state",
    )


def socket_counts() -> Iterator[Metric]:
    """Tell about the websockets of each web process that had one. One query to Redis."""
    processes = told()
    opened = (((name,), float(counts.open)) for name, counts in processes.items())
    yield _measured("parallax_open_sockets", "Websockets open in a web process.", opened, "process")
    frames = (((name,), float(counts.frames)) for name, counts in processes.items())
    yield _counted("parallax_frames_sent", "Websocket frames that a web process sent.", frames, "process")


SOURCES: tuple[tuple[str, Callable[[], Iterator[Metric]]], ...] = (
    ("database", battle_counts),
    ("database", answer_speeds),
    ("redis", queue_lengths),
    ("redis", worker_loads),
    ("redis", socket_counts),
)


class ArenaCollector(Collector):
    """Reads every source; one that cannot be read is left out, and `parallax_up` says so."""

    def collect(self) -> Iterator[Metric]:
        up = {part: 1.0 for part, _ in SOURCES}
        for part, source in SOURCES:
            try:
                yield from list(source())
            except DatabaseError:
                up["database"] = 0.0
            except RedisError:
                up[part] = 0.0
        answers = iter([((part,), value) for part, value in up.items()])
        yield _measured("parallax_up", "1 when the part could be read.", answers, "part")


@lru_cache(maxsize=1)
def registry() -> CollectorRegistry:
    """Return the registry of this process. Nothing is read until it is collected."""
    made = CollectorRegistry(auto_describe=False)
    made.register(ArenaCollector())
    ProcessCollector(registry=made)
    return made
