"""What `manage.py doctor` and the status page look at: each check says what it found and what to do about it."""

import stat
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from celery import current_app
from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from arena.config.status import disk_space, queue_names, queue_states
from models_registry.heartbeat import live_workers, ready_endpoints
from models_registry.models import Contestant
from models_registry.redis_connection import client
from ratings.models import Leaderboard

Level = Literal["ok", "warning", "problem"]

GIGABYTE = 1_000_000_000
LITTLE_DISK = 5 * GIGABYTE
NO_DISK = 500_000_000
SKEW_SECONDS = 0.5
MUCH_SKEW_SECONDS = 5.0
STALE_BOARD = timedelta(minutes=15)
LONG_QUEUE_SECONDS = 30.0
INSPECT_SECONDS = 1.0
FEWEST_IN_DRAW = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and, unless it is well, what to do."""

    subject: str
    level: Level
    message: str
    advice: str = ""


def check_settings() -> list[Finding]:
    """Look at what Django's own checks and ours say of the settings."""
    subject = _("Settings")
    messages = checks.run_checks(include_deployment_checks=settings.SESSION_COOKIE_SECURE)
    found = [
        Finding(subject, "problem" if message.level >= checks.ERROR else "warning", message.msg, message.hint or "")
        for message in messages
        if message.level >= checks.WARNING
    ]
    if settings.DEBUG:
        found.append(Finding(subject, "warning", _("DEBUG is on."), _("Turn it off where others reach the site.")))
    if settings.SCRIPTED_BACKEND:
        found.append(Finding(subject, "warning", _("SCRIPTED_BACKEND is on."), _("Turn it off outside of tests.")))
    return found or [Finding(subject, "ok", _("They can be used."))]


def check_database() -> list[Finding]:
    """Look whether PostgreSQL answers, and whether its schema is that of the code."""
    subject = _("Database")
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        text = _("%(count)d migrations are not applied.") % {"count": len(missing)}
        return [Finding(subject, "problem", text, _("Run `python manage.py migrate`."))]
    return [Finding(subject, "ok", _("It answers, and all migrations are applied."))]


def check_redis() -> list[Finding]:
    """Look whether Redis answers."""
    client().ping()
    return [Finding("Redis", "ok", _("It answers."))]


def check_workers() -> list[Finding]:
    """Ask the workers which queues they take tasks from. Waits a second for their answers."""
    subject = _("Workers")
    answers = current_app.control.inspect(timeout=INSPECT_SECONDS).active_queues() or {}
    served = {queue["name"] for queues in answers.values() for queue in queues}
    missing = [name for name in queue_names() if name not in served]
    if not missing:
        return [Finding(subject, "ok", _("Every queue has a worker."))]
    return [
        Finding(
            subject,
            "problem",
            _("No worker takes tasks from the queue %(queue)s.") % {"queue": name},
            _("Start one: `celery --app arena.config.celery worker --queues %(queue)s`.") % {"queue": name},
        )
        for name in missing
    ]


def check_queues() -> list[Finding]:
    """Look whether answers wait too long."""
    subject = _("Queues")
    late = [state for state in queue_states() if (state.oldest_seconds or 0) > LONG_QUEUE_SECONDS]
    if not late:
        return [Finding(subject, "ok", _("Nothing waits for long."))]
    return [
        Finding(
            subject,
            "warning",
            _("An answer has waited on %(queue)s for %(seconds)d seconds.")
            % {"queue": state.name, "seconds": state.oldest_seconds or 0},
            _("Start another worker for this queue, or raise GENERATION_SLOTS."),
        )
        for state in late
    ]


def check_endpoints() -> list[Finding]:
    """Look whether a live worker can serve every contestant in the draw."""
    subject = _("Endpoints")
    slugs = set(Contestant.objects.in_draw().values_list("endpoint__slug", flat=True))
    states = live_workers()
    ready = ready_endpoints(states)
    loading = {slug for state in states for slug in state.loading} - ready
    findings = [_unready(subject, slug, loading=slug in loading) for slug in sorted(slugs - ready)]
    if Contestant.objects.in_draw().count() < FEWEST_IN_DRAW:
        text, advice = _("Fewer than two contestants are in the draw."), _("Put contestants in the draw at /admin/.")
        findings.append(Finding(subject, "problem", text, advice))
    return findings or [Finding(subject, "ok", _("Every contestant in the draw can be served."))]


def _unready(subject: str, slug: str, *, loading: bool) -> Finding:
    names = {"endpoint": slug}
    if loading:
        return Finding(subject, "warning", _("%(endpoint)s is being loaded.") % names, _("Wait a little."))
    advice = _("See the log of the generation worker, and start it again; or take its contestants out of the draw.")
    return Finding(subject, "problem", _("No live worker can serve %(endpoint)s.") % names, advice)


def check_boards() -> list[Finding]:
    """Look whether the public leaderboards were compared with their votes lately."""
    subject = _("Leaderboards")
    advice = _("See whether the ratings worker and beat run, and what their logs say.")
    old = timezone.now() - STALE_BOARD
    stale = [
        board for board in Leaderboard.objects.filter(is_public=True) if not board.checked_at or board.checked_at < old
    ]
    if not stale:
        return [Finding(subject, "ok", _("They are up to date."))]
    text = _("%(board)s was not compared with its votes for a quarter of an hour.")
    return [Finding(subject, "warning", text % {"board": board.slug}, advice) for board in stale]


def check_static_files() -> list[Finding]:
    """Look whether the files that pages load were collected."""
    subject = _("Static files")
    if settings.DEBUG or (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        return [Finding(subject, "ok", _("They are collected."))]
    return [Finding(subject, "problem", _("They are not collected."), _("Run `python manage.py prepare`."))]


def check_disk() -> list[Finding]:
    """Look how much space is left for what running makes."""
    subject = _("Disk")
    space = disk_space()
    text = _("%(free).1f of %(total).1f GB are free.") % {
        "free": space.free / GIGABYTE,
        "total": space.total / GIGABYTE,
    }
    if space.free > LITTLE_DISK:
        return [Finding(subject, "ok", text)]
    advice = _("Free some space, or move PARALLAX_VAR to another disk.")
    return [Finding(subject, "problem" if space.free < NO_DISK else "warning", text, advice)]


def check_clocks() -> list[Finding]:
    """Compare this machine's clock with those of PostgreSQL and Redis: the pace and the deadlines need one time."""
    findings = [_clock_finding("PostgreSQL", _database_skew()), _clock_finding("Redis", _redis_skew())]
    return [finding for finding in findings if finding.level != "ok"] or findings[:1]


def _database_skew() -> float:
    began = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        row = cursor.fetchone()
    return float(row[0]) - (began + time.time()) / 2 if row else 0.0


def _redis_skew() -> float:
    began = time.time()
    seconds, microseconds = client().time()
    return float(seconds) + float(microseconds) / 1e6 - (began + time.time()) / 2


def _clock_finding(server: str, skew: float) -> Finding:
    subject = _("Clock")
    if abs(skew) < SKEW_SECONDS:
        return Finding(subject, "ok", _("It agrees with the servers."))
    text = _("The clock of %(server)s differs by %(seconds).1f seconds.") % {"server": server, "seconds": skew}
    level: Level = "problem" if abs(skew) >= MUCH_SKEW_SECONDS else "warning"
    return Finding(subject, level, text, _("Let both machines take their time from the same source (NTP)."))


def check_key_file() -> list[Finding]:
    """Look whether others on this machine could read the signing key."""
    subject = _("Signing key")
    path = settings.VAR_DIR / "secret_key"
    if not path.is_file():
        return [Finding(subject, "ok", _("It comes from the environment."))]
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        advice = _("Run `chmod 600 %(path)s`.") % {"path": path}
        return [Finding(subject, "problem", _("Other accounts of this machine can read it."), advice)]
    return [Finding(subject, "ok", _("Only its owner can read it."))]


Check = Callable[[], list[Finding]]

CHECKS: tuple[Check, ...] = (
    check_settings,
    check_database,
    check_redis,
    check_workers,
    check_queues,
    check_endpoints,
    check_boards,
    check_static_files,
    check_disk,
    check_clocks,
    check_key_file,
)


def examine(chosen: Sequence[Check] | None = None) -> list[Finding]:
    """Run the checks in their order; one that a silent server keeps from looking is a problem that names it, once."""
    findings: list[Finding] = []
    for check in CHECKS if chosen is None else chosen:
        findings += [finding for finding in _run(check) if finding not in findings]
    return findings


def _run(check: Check) -> list[Finding]:
    try:
        return check()
    except DatabaseError:
        return [Finding(_("Database"), "problem", _("It does not answer."), _("Start it, or correct DATABASE_URL."))]
    except (RedisError, OperationalError, OSError):
        return [Finding("Redis", "problem", _("It does not answer."), _("Start it, or correct REDIS_URL."))]
