"""The hours and days that the dashboard looks at. Every bucket is [start, end); the last one ends now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
HOURS = 24
DAYS = 7


@dataclass(frozen=True, slots=True)
class Bucket:
    """A stretch of time; `key` tells it from the others of a page."""

    key: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A day by its hours or a week by its days, with the whole of it and as long a time before it."""

    name: Literal["day", "week"]
    buckets: tuple[Bucket, ...]
    whole: Bucket
    before: Bucket

    @property
    def over(self) -> tuple[Bucket, ...]:
        """The buckets that have ended: whatever the time is, they are the same until the next one ends."""
        return self.buckets[:-1]

    @property
    def moving(self) -> tuple[Bucket, ...]:
        """The buckets that end with the moment at which they are looked at."""
        return (self.buckets[-1], self.whole, self.before)


def spans_until(now: datetime) -> tuple[Span, Span]:
    """Return the last 24 hours by the clock's hours, and the last seven days by the days of its time zone.

    The hour and the day that `now` lies in are not over. The time before is cut at the same point, one day or one week
    earlier, so that the two can be compared.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    return _span("day", hour, HOUR, HOURS, now), _span("week", hour.replace(hour=0), DAY, DAYS, now)


def _span(name: Literal["day", "week"], newest: datetime, step: timedelta, count: int, now: datetime) -> Span:
    starts = [newest - step * back for back in reversed(range(count))]
    buckets = tuple(Bucket(f"{name}-{place}", start, min(start + step, now)) for place, start in enumerate(starts))
    length = step * count
    whole = Bucket(f"{name}-whole", starts[0], now)
    return Span(name, buckets, whole, Bucket(f"{name}-before", starts[0] - length, now - length))
