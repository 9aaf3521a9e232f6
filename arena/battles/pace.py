"""Equal pace: how much of two or more answers a rater may see at a given moment.

A pure function of the arrival logs and the clock, so that nobody owns the pace and every tab, process and reload
computes the same. Two phases follow each other:

- Until the shortest answer has been shown to its end, all panes show the same number of characters: what all sides
  have, looked at every `TICK_MS` and averaged over `WINDOW_MS`. That smooths the sizes of pieces and the stalls.
- Then the longer answers go on at a steady pace, somewhat below the pace so far, and never ahead of what has arrived
  of any of them. As the average lags, there is a stock when this phase begins: whether the rest is already there or
  still being written makes no difference to what is seen, unless its writer stalls for longer than the stock lasts.

Nothing is shown before all sides have text; the deadline for that is enforced where the completions are made, by
failing the silent side, so the pace never has to show one side alone.

Times are whole milliseconds of the epoch, lengths are Unicode code points.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

# How often it is looked what all sides have. An answer ends between two looks, and so does the part of a longer one
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
    """From `start` on, when `length` characters of each are shown, the longer ones grow by `chars` in `milliseconds`.

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


def _common(logs: Sequence[ArrivalLog], now: int) -> int:
    """Return what all sides had at each tick, averaged over the window before `now`.

    Rounded up, so that one character shows at once. Before the first tick there is nothing.
    """
    if not all(log.times for log in logs):
        return 0
    first = _first_text(logs)
    tick = first + (now - first) // TICK_MS * TICK_MS
    # The tick that stands last in the window counts only since it came, the oldest one for what is left.
    area, until, since = 0, now, now - WINDOW_MS
    while until > since and tick >= first:
        begin = max(tick, since)
        area += min(log.length_by(tick) for log in logs) * (until - begin)
        until, tick = begin, tick - TICK_MS
    return -(-area // WINDOW_MS)


def _first_text(logs: Sequence[ArrivalLog]) -> int:
    """Return when all sides had text."""
    return max(log.times[0] for log in logs)


def _rest(logs: Sequence[ArrivalLog]) -> _Rest | None:
    """Return how the longer answers go on, as soon as the shortest one is known to have ended."""
    length = min(log.total for log in logs)
    ends = [log.ended_ms for log in logs if log.total == length and log.ended_ms is not None]
    if not length or not ends:
        return None
    first = _first_text(logs)
    ticks = -(-(max(log.time_of(length) for log in logs) - first) // TICK_MS)
    return _Rest(
        start=max(first + ticks * TICK_MS + WINDOW_MS, min(ends)),
        length=length,
        chars=CAUTION_PERCENT * (length + PRIOR_CHARS),
        milliseconds=100 * (ticks * TICK_MS + PRIOR_MS),
    )


def released(logs: Sequence[ArrivalLog], now: int) -> tuple[int, ...]:
    """Return how many characters of each answer may be seen at `now`.

    All are 0 until all sides have text. The result never falls as `now` grows, never exceeds what has arrived, and
    depends only on what had arrived by `now`.
    """
    logs = [log.up_to(now) for log in logs]
    rest = _rest(logs)
    if rest is None or now < rest.start:
        return (_common(logs, now),) * len(logs)
    # Nobody runs ahead of an answer that is still being written, so that three long ones look alike, too.
    steady = min([rest.length_by(now), *(log.total for log in logs if log.ended_ms is None)])
    return tuple(min(log.total, steady) for log in logs)


def fully_released_at(logs: Sequence[ArrivalLog]) -> int:
    """Return the moment from which all answers may be seen in full.

    Raises
    ------
    ValueError
        When a side has not ended or has no text: there is no such moment yet.
    """
    ends = [log.ended_ms for log in logs if log.ended_ms is not None and log.total]
    rest = _rest(logs) if len(ends) == len(logs) else None
    if rest is None:
        message = "all answers must have ended with text"
        raise ValueError(message)
    return max(rest.time_of(max(log.total for log in logs)), *ends)
