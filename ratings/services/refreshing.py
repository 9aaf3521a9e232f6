"""Make leaderboards agree with their votes: compute a snapshot when they changed, and publish it."""

import hashlib
import json
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ratings.board_settings import BoardSettings, read_board_settings
from ratings.core.errors import RatingsError
from ratings.events import LeaderboardPublished, leaderboard_group
from ratings.models import Leaderboard, Snapshot
from ratings.services.analysing import request_missing_analyses
from ratings.services.analysis_requests import request_analysis
from ratings.services.group_requests import request_missing_groups
from ratings.services.requesting import refresh_begins, refresh_took
from ratings.snapshot_content import compute_content, installed_versions
from ratings.sources import BoardInput, load_board_input

logger = structlog.get_logger(__name__)

# Without any request a board is compared with its votes this often, in case one got lost.
STALE_AFTER = timedelta(minutes=5)


def refresh_requested(*, kind: str) -> None:
    """Answer the requests for `kind` so far: recompute its leaderboards, each whether or not another one fails."""
    refresh_begins(kind=kind)
    begun = time.monotonic()
    for slug in Leaderboard.objects.filter(kind=kind).values_list("slug", flat=True):
        _refresh_or_log(slug)
    refresh_took(kind=kind, seconds=time.monotonic() - begun)


def refresh_stale() -> None:
    """Recompute every leaderboard that nobody compared with its votes lately, and ask for what is missing beside it."""
    stale = Q(checked_at=None) | Q(checked_at__lt=timezone.now() - STALE_AFTER)
    for slug in Leaderboard.objects.filter(stale).values_list("slug", flat=True):
        _refresh_or_log(slug)
    request_missing_analyses()
    request_missing_groups()


def refresh_leaderboard(slug: str) -> Snapshot:
    """Make the current snapshot of a leaderboard agree with its votes, and tell open pages when it changed.

    Nothing is computed when input and settings are those of a snapshot that exists. The fit runs outside any
    transaction; of two workers that compute the same board, one publishes, and one that read its votes earlier never
    replaces one that read them later.

    Raises
    ------
    Leaderboard.DoesNotExist
        Without such a leaderboard.
    ratings.core.errors.RatingsError
        When it cannot be computed; the current snapshot stays.
    """
    leaderboard = Leaderboard.objects.get(slug=slug)
    read_at = timezone.now()
    board_input = load_board_input(leaderboard.kind, {**leaderboard.slice, "protocol": leaderboard.protocol})
    board_settings = read_board_settings(leaderboard.settings, comparisons=len(board_input.comparisons))
    digests = _digests(board_input, board_settings)
    known = Snapshot.objects.filter(leaderboard=leaderboard, **digests).first()
    return _publish(leaderboard, known or _compute(leaderboard, board_input, board_settings, digests), read_at)


def _refresh_or_log(slug: str) -> None:
    try:
        refresh_leaderboard(slug)
    except RatingsError:
        logger.exception("leaderboard not refreshed", leaderboard=slug)


def _compute(
    leaderboard: Leaderboard, board_input: BoardInput, board_settings: BoardSettings, digests: Mapping[str, str]
) -> Snapshot:
    """Return a snapshot that is not saved yet."""
    content = compute_content(board_input, board_settings)
    return Snapshot(
        leaderboard=leaderboard,
        cutoff=board_input.cutoff,
        votes=board_input.votes,
        raters=board_input.raters,
        **digests,
        method=content.method,
        settings=board_settings.as_json(),
        seed=board_settings.seed,
        versions=installed_versions(),
        rows=content.rows,
        matrix=content.matrix,
        components=content.components,
        warnings=content.warnings,
    )


@transaction.atomic
def _publish(leaderboard: Leaderboard, snapshot: Snapshot, read_at: datetime) -> Snapshot:
    """Save `snapshot` if it is new and make it current, unless a later reading of the votes was published already."""
    locked = Leaderboard.objects.select_for_update().get(pk=leaderboard.pk)
    same = {"input_sha256": snapshot.input_sha256, "settings_sha256": snapshot.settings_sha256}
    if snapshot._state.adding:  # noqa: SLF001 - documented by Django, only named like this
        snapshot = locked.snapshots.filter(**same).first() or _save(snapshot, locked)
    if locked.checked_at is not None and locked.checked_at > read_at:
        return snapshot
    changed = locked.current_id != snapshot.pk
    Leaderboard.objects.filter(pk=locked.pk).update(current=snapshot, checked_at=read_at)
    if changed:
        logger.info("leaderboard published", leaderboard=locked.slug, number=snapshot.number, votes=snapshot.votes)
        event = LeaderboardPublished(type="leaderboard.published", number=snapshot.number)
        transaction.on_commit(lambda: _tell(locked.slug, event), robust=True)
        request_analysis(slug=locked.slug)
    return snapshot


def _save(snapshot: Snapshot, locked: Leaderboard) -> Snapshot:
    newest = locked.snapshots.order_by("-number").values_list("number", flat=True).first()
    snapshot.number = (newest or 0) + 1
    # The cells of many models take longer to check than to store, and come from `lay_out_cells`.
    snapshot.full_clean(exclude=("matrix",))
    snapshot.save()
    return snapshot


def _tell(slug: str, event: LeaderboardPublished) -> None:
    async_to_sync(get_channel_layer().group_send)(leaderboard_group(slug), event)


def _digests(board_input: BoardInput, board_settings: BoardSettings) -> dict[str, str]:
    """Return the digests of all that the numbers depend on; a long input takes a while."""
    settings = json.dumps(board_settings.as_json(), sort_keys=True)
    return {
        "input_sha256": board_input.sha256(),
        "settings_sha256": hashlib.sha256(settings.encode()).hexdigest(),
    }
