from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from ratings.history import RatingPoint, rating_history
from ratings.models import Leaderboard, Snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

UNTIL = date(2026, 3, 10)


@pytest.fixture
def board() -> Leaderboard:
    return Leaderboard.objects.create(slug="board", title="Board", kind="human")


def publish(board: Leaderboard, moment: datetime, rating: float | None, *, slug: str = "zephyrine") -> None:
    number = board.snapshots.count() + 1
    row = {"slug": slug, "rating": rating, "rating_lower": None, "rating_upper": None, "votes": number}
    snapshot = Snapshot.objects.create(
        leaderboard=board, number=number, votes=1, raters=1, input_sha256=f"{number:064x}", settings_sha256="0" * 64,
        method="m", settings={}, seed=1, versions={}, rows=[{"slug": "other", "rating": 1.0}, row], matrix=[],
        components=[],
    )  # fmt: skip
    with connection.cursor() as cursor:
        # A snapshot never changes, but a test cannot wait for days.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE ratings_snapshot SET created_at = %s WHERE id = %s", [moment, snapshot.pk])
        cursor.execute("SET session_replication_role = DEFAULT")


def test_history_has_the_last_snapshot_of_each_day_before_today(board, django_assert_num_queries):
    noon = datetime(2026, 3, 8, 12, tzinfo=UTC)
    publish(board, noon, 1000.0)
    publish(board, noon + timedelta(hours=1), 1010.0)
    publish(board, noon + timedelta(days=1), None)
    publish(board, noon + timedelta(days=1, hours=11, minutes=59), 1020.0)
    publish(board, noon + timedelta(days=1, hours=12), 1030.0)
    publish(board, noon - timedelta(days=400), 900.0)

    with django_assert_num_queries(1):
        points = rating_history(board=board, competitor="zephyrine", until=UNTIL, days=90)

    assert points == (
        RatingPoint(date(2026, 3, 8), 1010.0, None, None, 2),
        RatingPoint(date(2026, 3, 9), 1020.0, None, None, 4),
    )


def test_competitor_that_is_not_on_the_board_has_no_history(board):
    publish(board, datetime(2026, 3, 8, 12, tzinfo=UTC), 1000.0)

    assert rating_history(board=board, competitor='"; drop', until=UNTIL, days=90) == ()
