import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.battles.pace import ArrivalLog, fully_released_at, released

gaps = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 30)), max_size=25)


@st.composite
def logs(draw: st.DrawFn, *, ended: bool | None = None) -> ArrivalLog:
    steps = draw(gaps.filter(bool) if ended else gaps)
    time, length = draw(st.integers(0, 5000)), 0
    times, lengths = [], []
    for gap, characters in steps:
        time += gap
        length += characters
        times.append(time)
        lengths.append(length)
    has_ended = draw(st.booleans()) if ended is None else ended
    return ArrivalLog(tuple(times), tuple(lengths), time + draw(st.integers(0, 500)) if has_ended else None)


moments = st.integers(0, 60_000)


@given(logs(), logs(), moments, moments)
def test_released_never_falls(a: ArrivalLog, b: ArrivalLog, one: int, other: int) -> None:
    early, late = sorted((one, other))

    before, after = released(a, b, early), released(a, b, late)

    assert before[0] <= after[0]
    assert before[1] <= after[1]


@given(logs(), logs(), moments, moments)
def test_released_depends_only_on_what_had_arrived(a: ArrivalLog, b: ArrivalLog, now: int, later: int) -> None:
    known = max(now, later)

    assert released(a.up_to(known), b.up_to(known), now) == released(a, b, now)


@given(logs(), logs(), moments)
def test_released_treats_both_sides_alike(a: ArrivalLog, b: ArrivalLog, now: int) -> None:
    assert released(b, a, now) == released(a, b, now)[::-1]


@given(logs(), logs(), moments)
def test_released_shows_equal_lengths_until_the_shorter_has_ended(a: ArrivalLog, b: ArrivalLog, now: int) -> None:
    shown_a, shown_b = released(a, b, now)

    shorter, shown = (a, shown_a) if shown_a < shown_b else (b, shown_b)
    assert shown_a <= a.length_by(now)
    assert shown_b <= b.length_by(now)
    if shown_a != shown_b:
        assert shorter.ended_ms is not None
        assert shorter.ended_ms <= now
        assert shown == shorter.total


@given(logs(ended=True), logs(ended=True))
def test_fully_released_at_is_the_first_moment_with_everything(a: ArrivalLog, b: ArrivalLog) -> None:
    moment = fully_released_at(a, b)

    assert released(a, b, moment) == (a.total, b.total)
    if a.total != b.total:
        assert released(a, b, moment - 2) != (a.total, b.total) or moment == max(a.ended_ms or 0, b.ended_ms or 0)


def test_released_waits_for_both_sides() -> None:
    a = ArrivalLog((1000, 2000), (50, 90), 2000)

    assert released(a, ArrivalLog(), 60_000) == (0, 0)


def test_released_follows_the_slower_side() -> None:
    fast = ArrivalLog((0, 100), (100, 200), 100)
    slow = ArrivalLog((1000, 2000, 3000), (10, 20, 30))

    assert released(fast, slow, 2500) == (20, 20)


def test_released_goes_on_at_the_pace_so_far_when_the_shorter_has_ended() -> None:
    fast_and_long = ArrivalLog((0,), (1000,), 0)
    slow_and_short = ArrivalLog(tuple(range(0, 9001, 1000)), tuple(range(10, 101, 10)), 9000)

    # 100 characters in 9 s, with one second of the prior at 30: 13 characters a second.
    assert released(fast_and_long, slow_and_short, 9000) == (100, 100)
    assert released(fast_and_long, slow_and_short, 19_000) == (230, 100)


def test_fully_released_at_refuses_an_unfinished_side() -> None:
    with pytest.raises(ValueError, match="both answers must have ended"):
        fully_released_at(ArrivalLog((0,), (5,), 10), ArrivalLog((0,), (5,)))
