"""Ask for what is computed from a snapshot after it was published, so seldom that refreshing is not held up."""

from celery import current_app
from django.core.cache import cache
from django.db import transaction

from ratings.services.requesting import REQUEST_SECONDS, SLOW_QUEUE

# Analyses pause for this many times what the last one took, so that nine tenths of the time are for boards and groups.
PAUSE_FACTOR = 10
SHORTEST_PAUSE = 2.0
LONGEST_PAUSE = 900.0


def request_analysis(*, slug: str) -> None:
    """Have a leaderboard analysed after the current transaction commits and a pause; requests meanwhile share it."""
    transaction.on_commit(lambda: _send(slug), robust=True)


def analysis_begins(*, slug: str) -> None:
    """Note that what is published from now on wants another analysis."""
    cache.delete(_requested_key(slug))


def analysis_took(*, slug: str, seconds: float) -> None:
    """Note how long an analysis took: the next one waits the longer for it."""
    pause = min(max(PAUSE_FACTOR * seconds, SHORTEST_PAUSE), LONGEST_PAUSE)
    cache.set(_pause_key(slug), pause, timeout=None)


def _send(slug: str) -> None:
    pause = cache.get(_pause_key(slug), SHORTEST_PAUSE)
    if cache.add(_requested_key(slug), 1, timeout=pause + REQUEST_SECONDS):
        current_app.send_task("ratings.analyse_leaderboard", kwargs={"slug": slug}, queue=SLOW_QUEUE, countdown=pause)


def _requested_key(slug: str) -> str:
    return f"ratings:analysis-requested:{slug}"


def _pause_key(slug: str) -> str:
    return f"ratings:analysis-pause:{slug}"
