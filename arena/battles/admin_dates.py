"""The way from years to days on a list, made of its first and its last day alone.

Django's own reads every row of the list to leave out days that have none.
"""

import calendar
from collections.abc import Iterable
from datetime import date
from itertools import takewhile

# Year, month and day; as many of them as are known.
Period = tuple[int, ...]


def starting_period(first: date, last: date) -> Period:
    """Return the longest period that holds both days: nothing, their year, or their month."""
    pairs = zip((first.year, first.month), (last.year, last.month), strict=True)
    return tuple(one for one, _other in takewhile(lambda pair: pair[0] == pair[1], pairs))


def parts_of(period: Period, first: date, last: date) -> list[Period]:
    """Return the years, months or days of a period that lie between the two days; a day is its own only part."""
    numbers = _numbers(period, first, last)
    depth = len(period) + 1
    earliest, latest = _known(first)[:depth], _known(last)[:depth]
    parts = [(*period, number) for number in numbers] if depth <= len(_known(first)) else [period]
    return [part for part in parts if earliest <= part <= latest]


def _numbers(period: Period, first: date, last: date) -> Iterable[int]:
    if not period:
        return range(first.year, last.year + 1)
    if len(period) == 1:
        return range(1, 13)
    return range(1, calendar.monthrange(*period[:2])[1] + 1)


def _known(day: date) -> Period:
    return (day.year, day.month, day.day)
