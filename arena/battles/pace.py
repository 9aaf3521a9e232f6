"""Equal pace: how much of two answers a rater may see at a given moment.

A pure function of the two arrival logs and the clock, so that nobody owns the pace and every tab, process and reload
computes the same. Until the shorter answer has been shown to its end, both panes show the same number of characters:
the smaller of what both sides have by then. After that the longer one goes on at the pace so far, and never ahead of
what has arrived. Nothing is shown before both sides have text; the deadline for that is enforced where the completions
are made, by failing the silent side, so the pace never has to show one side alone.

Times are whole milliseconds of the epoch, lengths are Unicode code points.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from math import ceil

# A very short answer says little about the pace. As if one more second had passed at a calm reading speed.
PRIOR_SECONDS = 1.0
PRIOR_CHARS_PER_SECOND = 30.0


@dataclass(frozen=True, slots=True)
class ArrivalLog:
    """What arrived of one answer: `times` and `lengths` (characters so far) rise together; `ended_ms` when it ended."""

    times: tuple[int, ...] = ()
    lengths: tuple[int, ...] = ()
    ended_ms: int | None = None

    @property
    def total(self) -> int:
        return self.lengths[-1] if self.lengths else 0

    def length_by(self, now: int) -> int:
        """Return how many characters had arrived at `now`."""
        count = bisect_right(self.times, now)
        return self.lengths[count - 1] if count else 0

    def time_of(self, length: int) -> int:
        """Return when the first `length` characters had arrived; `length` must lie between 1 and `total`."""
        return self.times[bisect_left(self.lengths, length)]

    def up_to(self, now: int) -> "ArrivalLog":
        """Return what was known at `now`."""
        count = bisect_right(self.times, now)
        ended = self.ended_ms if self.ended_ms is not None and self.ended_ms <= now else None
        return ArrivalLog(self.times[:count], self.lengths[:count], ended)


@dataclass(frozen=True, slots=True)
class _Tail:
    """From `start` on, when the shorter answer stands complete, the other grows by `rate` characters a millisecond."""

    start: int
    length: int
    rate: float


def _tail(shorter: ArrivalLog, longer: ArrivalLog) -> _Tail | None:
    if shorter.ended_ms is None or not shorter.total or longer.total < shorter.total:
        return None
    first = max(shorter.times[0], longer.times[0])
    start = max(shorter.ended_ms, shorter.times[-1], longer.time_of(shorter.total))
    milliseconds = start - first + 1000 * PRIOR_SECONDS
    rate = (shorter.total + PRIOR_SECONDS * PRIOR_CHARS_PER_SECOND) / milliseconds
    return _Tail(start, shorter.total, rate)


def released(a: ArrivalLog, b: ArrivalLog, now: int) -> tuple[int, int]:
    """Return how many characters of A and of B may be seen at `now`.

    Both are 0 until both sides have text. The result never falls as `now` grows, never exceeds what has arrived, and
    depends only on what had arrived by `now`.
    """
    a, b = a.up_to(now), b.up_to(now)
    common = min(a.total, b.total)
    if tail := _tail(a, b):
        return tail.length, min(b.total, tail.length + int(tail.rate * (now - tail.start)))
    if tail := _tail(b, a):
        return min(a.total, tail.length + int(tail.rate * (now - tail.start))), tail.length
    return common, common


def fully_released_at(a: ArrivalLog, b: ArrivalLog) -> int:
    """Return the moment from which both answers may be seen in full.

    Raises
    ------
    ValueError
        When a side has not ended or has no text: there is no such moment yet.
    """
    if a.ended_ms is None or b.ended_ms is None or not a.total or not b.total:
        message = "both answers must have ended with text"
        raise ValueError(message)
    shorter, longer = (a, b) if a.total <= b.total else (b, a)
    tail = _tail(shorter, longer)
    assert tail is not None  # noqa: S101 - both ended, so the shorter one has a tail
    rest = ceil((longer.total - tail.length) / tail.rate)
    return max(tail.start + rest, longer.ended_ms if longer.ended_ms is not None else 0)
