from random import Random

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


several = st.lists(logs(), min_size=2, max_size=4)


@given(several, moments, moments)
def test_released_never_falls(sides: list[ArrivalLog], one: int, other: int) -> None:
    early, late = sorted((one, other))

    before, after = released(sides, early), released(sides, late)

    assert all(less <= more for less, more in zip(before, after, strict=True))


@given(several, moments, moments)
def test_released_depends_only_on_what_had_arrived(sides: list[ArrivalLog], now: int, later: int) -> None:
    known = max(now, later)

    assert released([log.up_to(known) for log in sides], now) == released(sides, now)


@given(several, moments, st.randoms(use_true_random=False))
def test_released_treats_all_sides_alike(sides: list[ArrivalLog], now: int, random: Random) -> None:
    order = random.sample(range(len(sides)), len(sides))

    shown = released(sides, now)

    assert released([sides[place] for place in order], now) == tuple(shown[place] for place in order)


@given(several, moments)
def test_released_shows_equal_lengths_but_of_answers_that_have_ended(sides: list[ArrivalLog], now: int) -> None:
    shown = released(sides, now)

    longest = max(shown)
    for log, length in zip(sides, shown, strict=True):
        assert length <= log.length_by(now)
        if length != longest:
            assert log.ended_ms is not None
            assert log.ended_ms <= now
            assert length == log.total


@given(st.lists(logs(ended=True), min_size=2, max_size=4))
def test_fully_released_at_is_the_first_moment_with_everything(sides: list[ArrivalLog]) -> None:
    moment = fully_released_at(sides)

    everything = tuple(log.total for log in sides)
    assert released(sides, moment) == everything
    if len(set(everything)) > 1:
        assert released(sides, moment - 1) != everything or moment == max(log.ended_ms or 0 for log in sides)


@given(logs(), logs(), moments)
def test_released_is_the_same_where_a_third_answer_is_as_the_second(a: ArrivalLog, b: ArrivalLog, now: int) -> None:
    assert released([a, b, b], now)[:2] == released([a, b], now)


@given(logs(ended=True), st.integers(1, 200), st.integers(0, 1500), moments)
def test_released_hides_whether_the_rest_is_there_or_still_being_written(
    slow: ArrivalLog, characters: int, end_gap: int, now: int
) -> None:
    """One slow log, cut at `common`: its writer gives the shorter answer in one battle, the longer one in the other."""
    common = min(characters, slow.total)
    complete = slow.time_of(common)
    count = slow.times.index(complete)
    short_and_slow = ArrivalLog(slow.times[: count + 1], (*slow.lengths[:count], common), complete + end_gap)
    quick = ArrivalLog((0,), (slow.total,), 0)
    quick_and_short = ArrivalLog((0,), (common,), 0)

    rest_is_there = released([quick, short_and_slow], now)
    rest_is_written = released([slow, quick_and_short], now)

    # The only difference allowed is a writer who fell behind the steady pace.
    assert rest_is_written == (min(rest_is_there[0], max(slow.length_by(now), rest_is_there[1])), rest_is_there[1])


def test_released_waits_for_both_sides() -> None:
    a = ArrivalLog((1000, 2000), (50, 90), 2000)

    assert released([a, ArrivalLog()], 60_000) == (0, 0)


def test_released_shows_a_first_character_as_soon_as_both_sides_have_text() -> None:
    a, b = ArrivalLog((1000,), (5,)), ArrivalLog((1500,), (40,))

    assert [released([a, b], now) for now in (1500, 1501)] == [(0, 0), (1, 1)]


def test_released_follows_the_slower_side_averaged_over_two_seconds() -> None:
    fast = ArrivalLog((0, 100), (100, 200), 100)
    slow = ArrivalLog((1000, 2000, 3000), (10, 20, 30))

    # At 2500, 10 characters count for one of the two seconds, 20 for half a second.
    assert [released([fast, slow], now) for now in (2500, 5000)] == [(10, 10), (30, 30)]


def test_released_spreads_a_burst_after_a_stall() -> None:
    fast = ArrivalLog((0,), (100,), 0)
    stalled = ArrivalLog((0, 4800), (1, 101))

    assert [released([fast, stalled], now)[1] for now in (5000, 5500, 6000, 7000)] == [1, 26, 51, 100]


def test_released_does_not_show_where_between_two_looks_a_piece_came() -> None:
    fast = ArrivalLog((0,), (100,), 0)
    early, late = ArrivalLog((0, 510, 520), (1, 3, 40)), ArrivalLog((0, 990, 1000), (1, 30, 40))

    assert [released([fast, early], now) for now in range(3000)] == [released([fast, late], now) for now in range(3000)]


def test_released_goes_on_below_the_pace_so_far_when_the_shorter_has_ended() -> None:
    fast_and_long = ArrivalLog((0,), (1000,), 0)
    slow_and_short = ArrivalLog(tuple(range(0, 9001, 1000)), tuple(range(10, 101, 10)), 9000)

    # 100 characters in 9 s, as if one more second had passed at 30: 13 characters a second, of which 75 %.
    assert released([fast_and_long, slow_and_short], 11_000) == (100, 100)
    assert released([fast_and_long, slow_and_short], 21_000) == (197, 100)


def test_fully_released_at_refuses_an_unfinished_side() -> None:
    with pytest.raises(ValueError, match="all answers must have ended"):
        fully_released_at([ArrivalLog((0,), (5,), 10), ArrivalLog((0,), (5,))])
