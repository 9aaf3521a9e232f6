"""Compute what stands beside a snapshot, once boards are published: variants, and how far to trust them."""

import time

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db.models import Count, Q

from ratings.board_settings import read_board_settings
from ratings.core.errors import RatingsError
from ratings.events import LeaderboardPublished, leaderboard_group
from ratings.models import Analysis, Leaderboard, Snapshot
from ratings.services.analysis_requests import analysis_begins, analysis_took, request_analysis
from ratings.services.group_requests import request_missing_groups
from ratings.snapshot_analyses import EVERY_BOARD, Computation, planned_analyses
from ratings.sources import load_board_input

logger = structlog.get_logger(__name__)


def analyse_leaderboard(*, slug: str) -> None:
    """Store the analyses of the current snapshot that are not there yet, and tell open pages when there are new ones.

    Each is stored as soon as it is computed. One that fails is logged and leaves the older one, which names its
    snapshot. Nothing is computed when the votes have changed since the snapshot: the next one asks again.

    Raises
    ------
    Leaderboard.DoesNotExist
        Without such a leaderboard.
    """
    analysis_begins(slug=slug)
    board = Leaderboard.objects.select_related("current").get(slug=slug)
    if board.current is None:
        return
    begun = time.monotonic()
    board_input = load_board_input(board.kind, {**board.slice, "protocol": board.protocol})
    if board_input.sha256() != board.current.input_sha256:
        return
    settings = read_board_settings(board.current.settings)
    known = set(Analysis.objects.filter(snapshot=board.current).values_list("name", flat=True))
    planned = planned_analyses(board_input, board.current.rows, settings)
    stored = [_store(board.current, name, planned[name]) for name in planned if name not in known]
    analysis_took(slug=slug, seconds=time.monotonic() - begun)
    request_missing_groups()
    if any(stored):
        event = LeaderboardPublished(type="leaderboard.published", number=board.current.number)
        async_to_sync(get_channel_layer().group_send)(leaderboard_group(slug), event)


def request_missing_analyses() -> None:
    """Ask for the analysis of every board whose current snapshot lacks one, because a request got lost or is old."""
    there = Count("current__analyses", filter=Q(current__analyses__name__in=EVERY_BOARD))
    rated = Leaderboard.objects.exclude(current=None).exclude(current__components=[])
    for slug in rated.annotate(there=there).filter(there__lt=len(EVERY_BOARD)).values_list("slug", flat=True):
        request_analysis(slug=slug)


def request_all_analyses() -> None:
    """Ask for what the current snapshots lack, where more is known of their votes than when they were analysed."""
    for slug in Leaderboard.objects.exclude(current=None).values_list("slug", flat=True):
        request_analysis(slug=slug)


def _store(snapshot: Snapshot, name: str, compute: Computation) -> bool:
    try:
        content = compute()
    except RatingsError as error:
        # As with the first votes of a board, which cannot tell a model from the side on which it stood.
        logger.info("analysis_not_possible", leaderboard=snapshot.leaderboard.slug, analysis=name, reason=str(error))
        return False
    Analysis.objects.update_or_create(
        leaderboard_id=snapshot.leaderboard_id, name=name, defaults={"snapshot": snapshot, "content": content}
    )
    return True
