from datetime import date

import pytest

from arena.battles.admin_dates import parts_of, starting_period

FIRST, LAST = date(2025, 11, 29), date(2026, 2, 2)


@pytest.mark.parametrize(
    ("last", "period"),
    [(date(2025, 11, 29), (2025, 11)), (date(2025, 11, 30), (2025, 11)), (date(2025, 12, 1), (2025,)), (LAST, ())],
)
def test_list_begins_with_the_period_that_holds_all_of_it(last, period):
    assert starting_period(FIRST, last) == period


def test_same_month_of_another_year_is_another_month():
    assert starting_period(date(2025, 3, 1), date(2026, 3, 1)) == ()


@pytest.mark.parametrize(
    ("period", "parts"),
    [
        ((), [(2025,), (2026,)]),
        ((2025,), [(2025, 11), (2025, 12)]),
        ((2026,), [(2026, 1), (2026, 2)]),
        ((2025, 11), [(2025, 11, 29), (2025, 11, 30)]),
        ((2026, 2), [(2026, 2, 1), (2026, 2, 2)]),
        ((2026, 2, 1), [(2026, 2, 1)]),
        ((2024,), []),
    ],
)
def test_parts_of_a_period_lie_between_the_first_and_the_last_day(period, parts):
    assert parts_of(period, FIRST, LAST) == parts
