"""Celery's doors to leaderboards. Who sends them names the queue, one of those in `requesting`. The mathematics is
imported with the first board: it takes a second and a hundred megabytes, and most workers compute none."""

from celery import shared_task
from django.db import OperationalError

SOFT_SECONDS, HARD_SECONDS = 240, 300
RETRIES = 5
# Groups of a board of a million votes are dozens of fits.
SOFT_SECONDS_OF_GROUPS, HARD_SECONDS_OF_GROUPS = 3_000, 3_300


@shared_task(
    name="ratings.refresh_leaderboard",
    soft_time_limit=SOFT_SECONDS,
    time_limit=HARD_SECONDS,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=RETRIES,
)
def refresh_leaderboard(slug: str) -> None:
    from ratings.services import refreshing  # noqa: PLC0415 - see above

    refreshing.refresh_leaderboard(slug)


@shared_task(
    name="ratings.refresh_requested",
    soft_time_limit=SOFT_SECONDS,
    time_limit=HARD_SECONDS,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=RETRIES,
)
def refresh_requested(kind: str) -> None:
    from ratings.services import refreshing  # noqa: PLC0415 - see above

    refreshing.refresh_requested(kind=kind)


@shared_task(
    name="ratings.refresh_stale_leaderboards",
    soft_time_limit=SOFT_SECONDS,
    time_limit=HARD_SECONDS,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=RETRIES,
)
def refresh_stale_leaderboards() -> None:
    from ratings.services import refreshing  # noqa: PLC0415 - see above

    refreshing.refresh_stale()


@shared_task(
    name="ratings.analyse_leaderboard",
    soft_time_limit=SOFT_SECONDS,
    time_limit=HARD_SECONDS,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=RETRIES,
)
def analyse_leaderboard(slug: str) -> None:
    from ratings.services import analysing  # noqa: PLC0415 - see above

    analysing.analyse_leaderboard(slug=slug)


@shared_task(
    name="ratings.refresh_groups",
    soft_time_limit=SOFT_SECONDS_OF_GROUPS,
    time_limit=HARD_SECONDS_OF_GROUPS,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=RETRIES,
)
def refresh_groups() -> None:
    from ratings.services import grouping, weighting  # noqa: PLC0415 - see above

    grouping.refresh_all_groups()
    weighting.refresh_all_populations()
