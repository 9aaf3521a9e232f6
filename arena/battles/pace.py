"""Equal pace: how much of two answers a rater may see at a given moment.

A pure function of the two arrival logs and the clock, so that nobody owns the pace and every tab, process and reload
computes the same. Two phases follow each other:

- Until the shorter answer has been shown to its end, both panes show the same number of characters: what both sides
  have, looked at every `TICK_MS` and averaged over `WINDOW_MS`. That smooths the sizes of pieces and the stalls.
- Then the longer answer goes on at a steady pace, somewhat below the pace so far, and never ahead of what has arrived.
  As the average lags, there is a stock when this phase begins: whether the rest is already there or still being written
  makes no difference to what is seen, unless its writer stalls for longer than the stock lasts.

Nothing is shown before both sides have text; the deadline for that is enforced where the completions are made, by
failing the silent side, so the pace never has to show one side alone.

Times are whole milliseconds of the epoch, lengths are Unicode code points.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

# How often it is looked what both sides have. An answer ends between two looks, and so does the part of a longer one
# that is as long: on the exact piece, one would end whole and the other be cut.
TICK_MS = 500
# Over how long that is averaged: long enough to hide the pauses of a busy batch, short enough not to be felt.
WINDOW_MS = 2000
# The steady pace of the rest, in per cent of the pace so far: the stock must not run out by chance.
CAUTION_PERCENT = 75
# A very short answer says little about the pace. As if one more second had passed at a calm reading speed.
PRIOR_MS = 1000
PRIOR_CHARS = 30


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
        if count == len(self.times) and ended == self.ended_ms:
            return self
        return ArrivalLog(self.times[:count], self.lengths[:count], ended)


@dataclass(frozen=True, slots=True)
class _Rest:
    """From `start` on, when `length` characters of both are shown, the longer grows by `chars` in `milliseconds`.

    Whole numbers, so that every process rounds alike.
    """

    start: int
    length: int
    chars: int
    milliseconds: int

    def length_by(self, now: int) -> int:
        return self.length + self.chars * (now - self.start) // self.milliseconds

    def time_of(self, length: int) -> int:
        """Return the first moment by which the pace allows `length` characters."""
        return self.start + ceil(Fraction((length - self.length) * self.milliseconds, self.chars))


def _common(a: ArrivalLog, b: ArrivalLog, now: int) -> int:
    """Return what both sides had at each tick, averaged over the window before `now`.

    Rounded up, so that one character shows at once. Before the first tick there is nothing.
    """
    if not (a.times and b.times):
        return 0
    first = max(a.times[0], b.times[0])
    tick = first + (now - first) // TICK_MS * TICK_MS
    # The tick that stands last in the window counts only since it came, the oldest one for what is left.
    area, until, since = 0, now, now - WINDOW_MS
    while until > since and tick >= first:
        begin = max(tick, since)
        area += min(a.length_by(tick), b.length_by(tick)) * (until - begin)
        until, tick = begin, tick - TICK_MS
    return -(-area // WINDOW_MS)


def _rest(shorter: ArrivalLog, longer: ArrivalLog) -> _Rest | None:
    """Return how the longer answer goes on, as soon as the shorter one is known to have ended."""
    if shorter.ended_ms is None or not shorter.total or longer.total < shorter.total:
        return None
    first = max(shorter.times[0], longer.times[0])
    ticks = -(-(max(shorter.times[-1], longer.time_of(shorter.total)) - first) // TICK_MS)
    return _Rest(
        start=max(first + ticks * TICK_MS + WINDOW_MS, shorter.ended_ms),
        length=shorter.total,
        chars=CAUTION_PERCENT * (shorter.total + PRIOR_CHARS),
        milliseconds=100 * (ticks * TICK_MS + PRIOR_MS),
    )


def released(a: ArrivalLog, b: ArrivalLog, now: int) -> tuple[int, int]:
    """Return how many characters of A and of B may be seen at `now`.

    Both are 0 until both sides have text. The result never falls as `now` grows, never exceeds what has arrived, and
    depends only on what had arrived by `now`.
    """
    a, b = a.up_to(now), b.up_to(now)
    common = _common(a, b, now)
    if (rest := _rest(a, b)) and now >= rest.start:
        return common, min(b.total, rest.length_by(now))
    if (rest := _rest(b, a)) and now >= rest.start:
        return min(a.total, rest.length_by(now)), common
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
    rest = _rest(shorter, longer)
    assert rest is not None  # noqa: S101 - both ended, so the shorter one has a rest
    return max(rest.time_of(longer.total), longer.ended_ms or 0)
