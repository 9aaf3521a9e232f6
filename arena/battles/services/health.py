"""Take ailing endpoints out of the draw, and back in when they work again.

Judged by real traffic and by the workers' heartbeats; an endpoint that is out has no traffic, so it is sent a probe now
and then, and one that succeeds brings it back (a circuit breaker, half open while the probe is on its way).
"""

from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles import clock
from arena.battles.illness import NEWEST, is_ailing, probe_pause
from arena.battles.models import Completion, EndpointHealth
from models_registry.heartbeat import live_workers
from models_registry.models import Endpoint

logger = get_logger(__name__)

State = EndpointHealth.State
# Failures of long ago say nothing about now.
WINDOW = timedelta(minutes=10)
# A worker that restarts or loads its weights is away for a while; then raters should be told.
WITHOUT_WORKER = timedelta(seconds=60)
# After a longer pause between two looks, an absence has to be noticed anew.
LONGEST_PAUSE = timedelta(seconds=30)
PROBE_SECONDS = 60
NO_WORKER = "no worker serves it"
ENDED = (Completion.Status.DONE, Completion.Status.FAILED)


def check_health() -> None:
    """Look at every enabled endpoint once; call it every few seconds."""
    held = _held_endpoints()
    for endpoint in Endpoint.objects.filter(enabled=True, contestants__isnull=False).distinct().order_by("pk"):
        _check(endpoint, is_held=endpoint.slug in held)


def _held_endpoints() -> frozenset[str]:
    """Return the endpoints that a live worker serves, or will when it has loaded them."""
    return frozenset(slug for worker in live_workers() for slug in (*worker.ready, *worker.loading))


@transaction.atomic
def _check(endpoint: Endpoint, *, is_held: bool) -> None:
    now = clock.now()
    EndpointHealth.objects.get_or_create(endpoint=endpoint, defaults={"since": now, "checked_at": now})
    health = EndpointHealth.objects.select_for_update().get(endpoint=endpoint)
    paused = now - health.checked_at > LONGEST_PAUSE
    health.missing_since = None if is_held else now if paused else health.missing_since or now
    health.checked_at = now
    reason = _reason(health, now)
    if health.state == State.HEALTHY and reason:
        _take_out(health, reason, now)
    elif health.state == State.AILING and is_held and health.reason == NO_WORKER:
        _bring_back(health, now)
    elif health.state == State.AILING and health.probe_at is not None and health.probe_at <= now:
        _send_probe(health, now)
    health.save()


def _reason(health: EndpointHealth, now: datetime) -> str:
    if health.missing_since is not None and now - health.missing_since > WITHOUT_WORKER:
        return NO_WORKER
    newest = Completion.objects.filter(
        endpoint=health.endpoint, finished_at__gt=max(health.since, now - WINDOW), status__in=ENDED
    )
    failures = list(newest.order_by("-finished_at").values_list("failure", flat=True)[: 2 * NEWEST])
    return f"its newest answers failed: {_kinds(failures)}" if is_ailing(failures) else ""


def _kinds(failures: list[str]) -> str:
    return ", ".join(dict.fromkeys(failure for failure in failures if failure))[:150]


def _take_out(health: EndpointHealth, reason: str, now: datetime) -> None:
    logger.warning("endpoint_ailing", endpoint=health.endpoint.slug, reason=reason)
    health.state, health.reason, health.since = State.AILING, reason, now
    health.probes, health.probe_at = 0, now + timedelta(seconds=probe_pause(0))


def _bring_back(health: EndpointHealth, now: datetime) -> None:
    logger.info("endpoint_recovered", endpoint=health.endpoint.slug)
    health.state, health.reason, health.since = State.HEALTHY, "", now
    health.probes, health.probe_at = 0, None


def _send_probe(health: EndpointHealth, now: datetime) -> None:
    health.probes += 1
    health.probe_at = now + timedelta(seconds=probe_pause(health.probes))
    slug, queue = health.endpoint.slug, health.endpoint.queue
    transaction.on_commit(lambda: _send(slug, queue))


def _send(slug: str, queue: str) -> None:
    try:
        # A probe that nobody took in time is forgotten; the next one comes.
        current_app.send_task(
            "battles.probe_endpoint", kwargs={"slug": slug}, queue=queue, retry=False, expires=PROBE_SECONDS
        )
    except (OperationalError, RedisError, OSError):
        logger.warning("probe_not_sent", endpoint=slug)


@transaction.atomic
def record_probe(*, slug: str, failure: str) -> None:
    """Bring an ailing endpoint back after a probe that worked; remember why after one that did not."""
    health = EndpointHealth.objects.select_for_update(of=("self",)).select_related("endpoint").get(endpoint__slug=slug)
    if health.state != State.AILING:
        return
    if failure:
        health.reason = f"its probe failed: {failure}"
    else:
        _bring_back(health, clock.now())
    health.save()
