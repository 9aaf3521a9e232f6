"""How a competitor's rating went, day by day."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, Func, JSONField, Value
from django.db.models.functions import TruncDate

from ratings.models import Leaderboard, Snapshot

# The row of one competitor, so that a hundred others are not read for each day.
ROW_PATH = "$[*] ? (@.slug == $slug)"


@dataclass(frozen=True, slots=True)
class RatingPoint:
    """A competitor in the last snapshot of a day; the interval is None where the data do not support one."""

    day: date
    rating: float
    lower: float | None
    upper: float | None
    votes: int


def rating_history(*, board: Leaderboard, competitor: str, until: date, days: int) -> tuple[RatingPoint, ...]:
    """Return the points of the last `days` days before `until` on which the board had a new snapshot, oldest first.

    Days on which the competitor had no rating are left out. One query.
    """
    end = datetime.combine(until, time.min, tzinfo=UTC)
    row = Func(
        F("rows"),
        _cast(ROW_PATH, "jsonpath"),
        _cast(json.dumps({"slug": competitor}), "jsonb"),
        function="jsonb_path_query_first",
        output_field=JSONField(),
    )
    newest = (
        Snapshot.objects.filter(leaderboard=board, created_at__gte=end - timedelta(days=days), created_at__lt=end)
        .annotate(day=TruncDate("created_at", tzinfo=UTC), row=row)
        .order_by("day", "-number")
        .distinct("day")
        .values_list("day", "row")
    )
    return tuple(
        RatingPoint(day, row["rating"], row["rating_lower"], row["rating_upper"], row["votes"])
        for day, row in newest
        if row is not None and row["rating"] is not None
    )


def _cast(text: str, kind: str) -> Func:
    return Func(Value(text), template=f"(%(expressions)s)::{kind}")
