"""Ask for a leaderboard to be computed soon after a vote; apart from the computing, which web processes never do."""

from celery import current_app
from django.core.cache import cache
from django.db import transaction

QUEUE = "ratings"
# Votes within this time share one fit.
DEBOUNCE_SECONDS = 1.5
# A request whose task got lost stands in the way of the next for this long at most.
REQUEST_SECONDS = 30


def request_refresh(*, kind: str) -> None:
    """Have the leaderboards of `kind` recomputed soon after the current transaction commits.

    Cheap, for the path of a vote: no query, one cache key, and one task for all votes of about a second. No vote is
    missed: the key goes before the task reads votes, so one that commits later finds it gone and asks again. A failure
    of the broker is logged and does not undo the vote; boards are checked every few minutes anyway.
    """
    transaction.on_commit(lambda: _send_refresh(kind), robust=True)


def _send_refresh(kind: str) -> None:
    if cache.add(request_key(kind), 1, timeout=REQUEST_SECONDS):
        current_app.send_task(
            "ratings.refresh_requested", kwargs={"kind": kind}, queue=QUEUE, countdown=DEBOUNCE_SECONDS
        )


def request_key(kind: str) -> str:
    return f"ratings:requested:{kind}"
