import pytest

from arena.battles.drawing import HEIGHT, draw_bars

pytestmark = pytest.mark.unit


def test_bars_reach_the_top_at_the_highest_and_leave_out_nothings():
    bars = draw_bars([0, 4, 2])

    assert bars.path == f"M120 {HEIGHT}V1M200 {HEIGHT}V24.5"


@pytest.mark.parametrize("values", [[], [0, 0]])
def test_bars_of_nothing_are_empty(values):
    assert draw_bars(values).path == ""
