"""Ask for figures of groups where there are none yet; otherwise the clock of the arena asks for them."""

from celery import current_app
from django.core.cache import cache
from django.db import transaction

from ratings.models import Leaderboard
from ratings.services.requesting import SLOW_QUEUE

KEY = "ratings:groups-requested"
# Computing them for the first time may take minutes, and may fail.
ASK_AGAIN_SECONDS = 900


def request_missing_groups() -> None:
    """Have the groups of all boards looked at after the current transaction, if those of one never were. One query."""
    if Leaderboard.objects.filter(group_step=None).exclude(current=None).exists():
        transaction.on_commit(_send, robust=True)


def _send() -> None:
    if cache.add(KEY, 1, timeout=ASK_AGAIN_SECONDS):
        current_app.send_task("ratings.refresh_groups", queue=SLOW_QUEUE)
