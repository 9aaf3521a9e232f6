"""How ratings went, day by day."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, Func, JSONField, Max, Value
from django.db.models.functions import TruncDate

from ratings.drawing import Line, draw_line
from ratings.models import Leaderboard, Snapshot

# The rows of those who are asked for, so that a hundred others are not read for each day.
ROWS_PATH = "$[*] ? (@.slug == $slugs[*])"


@dataclass(frozen=True, slots=True)
class RatingPoint:
    """A competitor in the last snapshot of a day; the interval is None where the data do not support one."""

    day: date
    rating: float
    lower: float | None
    upper: float | None
    votes: int


def rating_history(*, board: Leaderboard, competitor: str, until: date, days: int) -> tuple[RatingPoint, ...]:
    """Return the points of one competitor, as `rating_histories` has them."""
    return rating_histories(board=board, competitors=[competitor], until=until, days=days)[competitor]


def rating_histories(
    *, board: Leaderboard, competitors: Sequence[str], until: date, days: int
) -> dict[str, tuple[RatingPoint, ...]]:
    """Return the points of the last `days` days before `until` on which the board had a new snapshot, oldest first.

    Days on which a competitor had no rating are left out. One query.
    """
    end = datetime.combine(until, time.min, tzinfo=UTC)
    newest = (
        Snapshot.objects.filter(leaderboard=board, created_at__gte=end - timedelta(days=days), created_at__lt=end)
        .order_by()
        .values(day=TruncDate("created_at", tzinfo=UTC))
        .annotate(newest=Max("number"))
        .values("newest")
    )
    rows = Func(
        F("rows"),
        _cast(ROWS_PATH, "jsonpath"),
        _cast(json.dumps({"slugs": list(competitors)}), "jsonb"),
        function="jsonb_path_query_array",
        output_field=JSONField(),
    )
    # Only the chosen snapshots are opened: their rows are large.
    found = Snapshot.objects.filter(leaderboard=board, number__in=newest).order_by("number")
    points: dict[str, list[RatingPoint]] = {slug: [] for slug in competitors}
    for created_at, of_day in found.values_list("created_at", rows):
        for row in of_day:
            if row["rating"] is not None:
                day = created_at.astimezone(UTC).date()
                ends = row["rating_lower"], row["rating_upper"]
                points[row["slug"]].append(RatingPoint(day, row["rating"], *ends, row["votes"]))
    return {slug: tuple(of_one) for slug, of_one in points.items()}


def draw_history(points: Sequence[RatingPoint]) -> Line | None:
    """Return the drawing of a history, days to scale; None without any point."""
    if not points:
        return None
    first = points[0].day
    span = max((points[-1].day - first).days, 1)
    return draw_line([((point.day - first).days / span, point.rating, point.lower, point.upper) for point in points])


def _cast(text: str, kind: str) -> Func:
    return Func(Value(text), template=f"(%(expressions)s)::{kind}")
