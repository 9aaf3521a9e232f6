from datetime import UTC, datetime

import pytest

from arena.config.dashboard.figures import Figures, Times
from arena.config.dashboard.panels import draw_panels
from arena.config.dashboard.periods import spans_until

pytestmark = pytest.mark.unit

SPANS = spans_until(datetime(2026, 3, 4, 15, 40, tzinfo=UTC))
KEYS = [bucket.key for span in SPANS for bucket in (*span.over, *span.moving)]
NOTHING = Figures(votes=0, raters=0, battles=0, skips=0, failures=0, first_text=None, waited=None)


def chart_of(topic: str, span: str, **figures: Figures):
    """The chart of a topic, with figures by key in which `_` stands for `-`, and nothing elsewhere."""
    given = {key.replace("_", "-"): value for key, value in figures.items()}
    panels = {panel.key: panel for panel in draw_panels(SPANS, {**dict.fromkeys(KEYS, NOTHING), **given})}
    return next(chart for chart in panels[topic].charts if chart.span == span)


def votes(count: int) -> Figures:
    return Figures(votes=count, raters=1, battles=count, skips=0, failures=0, first_text=None, waited=None)


def timed(median: float, high: float) -> Figures:
    times = Times(median, high)
    return Figures(votes=0, raters=0, battles=0, skips=0, failures=0, first_text=times, waited=times)


def test_every_topic_has_a_panel_with_day_and_week():
    panels = draw_panels(SPANS, dict.fromkeys(KEYS, NOTHING))

    assert [panel.key for panel in panels] == [
        "votes", "raters", "battles", "failures", "skips", "first-text", "queue",
    ]  # fmt: skip
    assert {tuple(chart.span for chart in panel.charts) for panel in panels} == {("day", "week")}


def test_chart_says_the_number_of_now_and_of_the_time_before():
    chart = chart_of("votes", "week", week_whole=votes(1234), week_before=votes(7))

    assert (chart.now, chart.before) == ("1,234", "7")


def test_chart_names_its_highest_bucket():
    chart = chart_of("votes", "day", day_3=votes(2), day_22=votes(9))

    assert (chart.description, len(chart.bars)) == ("Highest at 14:00: 9.", 2)
    assert (chart.rows[22].label, chart.rows[22].value, chart.rows[0].value) == ("14:00", "9", "0")


def test_chart_of_nothing_says_so_and_draws_nothing():
    chart = chart_of("first-text", "week")

    assert (chart.bars, chart.now, chart.description) == ((), "–", "Nothing so far.")  # noqa: RUF001 - the sign


def test_times_are_drawn_as_two_bars_and_said_in_words():
    chart = chart_of("queue", "week", week_6=timed(0.5, 2.0))

    assert [(bar.kind, bar.height) for bar in chart.bars] == [("bar-high", 64), ("bar", 16)]
    assert chart.rows[6].value == "0.5 s, 90 % within 2.0 s"


def test_hour_that_is_not_over_is_drawn_lighter():
    chart = chart_of("votes", "day", day_22=votes(1), day_23=votes(1))

    assert [bar.kind for bar in chart.bars] == ["bar", "bar-open"]
