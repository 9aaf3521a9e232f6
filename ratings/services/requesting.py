"""Ask for a leaderboard to be computed soon after a vote; apart from the computing, which web processes never do."""

from celery import current_app
from django.core.cache import cache
from django.db import transaction

QUEUE = "ratings"
# What may take minutes, and must not keep a board waiting.
SLOW_QUEUE = "ratings-slow"
# The first vote after a quiet time waits only for those that come with it.
SHORTEST_WAIT = 0.1
# Soon after a refresh they wait twice as long as that one took: so votes that come all the time share refreshes, and
# these leave the worker two thirds of its time.
PAUSE_FACTOR = 2.0
SHORTEST_PAUSE = 1.5
LONGEST_PAUSE = 30.0
# A request whose task got lost stands in the way of the next for this long at most.
REQUEST_SECONDS = 30


def request_refresh(*, kind: str) -> None:
    """Have the leaderboards of `kind` recomputed soon after the current transaction commits.

    Cheap, for the path of a vote: no query, one or two cache keys, and one task for all votes that come before it
    runs. No vote is missed: the key goes before the task reads votes, so one that commits later finds it gone and asks
    again. A failure of the broker is logged and does not undo the vote; boards are checked every few minutes anyway.
    """
    transaction.on_commit(lambda: _send_refresh(kind), robust=True)


def _send_refresh(kind: str) -> None:
    if cache.add(_request_key(kind), 1, timeout=LONGEST_PAUSE + REQUEST_SECONDS):
        wait = cache.get(_pause_key(kind), SHORTEST_WAIT)
        current_app.send_task("ratings.refresh_requested", kwargs={"kind": kind}, queue=QUEUE, countdown=wait)


def refresh_begins(*, kind: str) -> None:
    """Note that votes which are committed from now on want another refresh."""
    cache.delete(_request_key(kind))


def refresh_took(*, kind: str, seconds: float) -> None:
    """Note how long a refresh took: votes that come within this pause wait as long for the next one."""
    pause = min(max(PAUSE_FACTOR * seconds, SHORTEST_PAUSE), LONGEST_PAUSE)
    cache.set(_pause_key(kind), pause, timeout=pause)


def _request_key(kind: str) -> str:
    return f"ratings:requested:{kind}"


def _pause_key(kind: str) -> str:
    return f"ratings:pause:{kind}"
