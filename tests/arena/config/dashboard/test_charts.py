import pytest

from arena.config.dashboard.charts import HEIGHT, WIDTH, Bar, draw_bars

pytestmark = pytest.mark.unit


def test_bars_stand_on_the_ground_and_the_top_value_reaches_the_top():
    bars = draw_bars([1, 4, 2], top=4, kind="bar")

    assert [(bar.y, bar.height) for bar in bars] == [(48, 16), (0, HEIGHT), (32, 32)]


def test_bars_share_the_width_with_gaps():
    [first, second] = draw_bars([1, 1], top=1, kind="bar")

    assert (first, second) == (Bar("bar", 24, 0, 192, 64), Bar("bar", 264, 0, 192, 64))
    assert second.x + second.width < WIDTH


def test_nothing_has_no_bar_and_little_can_still_be_seen():
    bars = draw_bars([0, None, 1], top=1000, kind="bar")

    assert [(bar.x, bar.height) for bar in bars] == [(336, 1)]


def test_last_place_that_is_not_over_looks_different():
    bars = draw_bars([1, 1], top=1, kind="bar", last="bar-open")

    assert [bar.kind for bar in bars] == ["bar", "bar-open"]
