from datetime import UTC, datetime, timedelta

import pytest

from arena.config.dashboard.periods import spans_until

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 4, 15, 40, tzinfo=UTC)


def test_spans_end_now_and_have_no_gap():
    for span in spans_until(NOW):
        edges = [(bucket.start, bucket.end) for bucket in span.buckets]

        assert edges[0][0] == span.whole.start
        assert edges[-1][1] == span.whole.end == NOW
        assert [start for start, _ in edges[1:]] == [end for _, end in edges[:-1]]


def test_spans_are_24_hours_and_seven_days():
    day, week = spans_until(NOW)

    assert [(len(span.buckets), span.whole.start) for span in (day, week)] == [
        (24, datetime(2026, 3, 3, 16, tzinfo=UTC)),
        (7, datetime(2026, 2, 26, tzinfo=UTC)),
    ]


def test_time_before_is_cut_at_the_same_point():
    for span, length in zip(spans_until(NOW), (timedelta(days=1), timedelta(days=7)), strict=True):
        assert (span.before.start, span.before.end) == (span.whole.start - length, NOW - length)


def test_keys_of_all_buckets_differ():
    keys = [bucket.key for span in spans_until(NOW) for bucket in (*span.over, *span.moving)]

    assert len(set(keys)) == len(keys) == 35
