from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches

from arena.config.dashboard.figures import read_figures
from arena.config.dashboard.kept import kept_figures
from arena.config.dashboard.periods import spans_until
from tests.factories import make_arena, make_battle

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

NOW = datetime(2026, 3, 4, 15, 40, tzinfo=UTC)


@pytest.fixture
def begin():
    """Begins a battle at a moment."""
    arena = make_arena()

    def make(moment):
        battle = make_battle(arena)
        type(battle).objects.filter(pk=battle.pk).update(created_at=moment)

    return make


def battles(now):
    """What the dashboard says of each bucket with battles at that moment."""
    return {key: row.battles for key, row in kept_figures(spans_until(now)).items() if row.battles}


def test_kept_figures_are_those_of_every_bucket(begin):
    begin(NOW - timedelta(minutes=5))
    begin(NOW - timedelta(hours=3))
    begin(NOW - timedelta(days=8))
    spans = spans_until(NOW)

    found = kept_figures(spans)

    assert found == read_figures([bucket for span in spans for bucket in (*span.over, *span.moving)])
    assert battles(NOW) == {"day-20": 1, "day-23": 1, "day-whole": 2, "week-6": 2, "week-whole": 2, "week-before": 1}


def test_figures_are_read_once_for_who_looks_at_the_same_time(begin, django_assert_num_queries):
    begin(NOW)

    with django_assert_num_queries(2):
        first = battles(NOW)
        second = battles(NOW + timedelta(seconds=5))

    assert first == second


def test_hour_that_ends_is_read_anew_as_one_that_is_over(begin):
    begin(NOW)
    battles(NOW)
    begin(NOW + timedelta(minutes=10))

    later = battles(NOW + timedelta(minutes=21))

    assert (later["day-22"], later["day-whole"]) == (2, 2)


def test_only_what_is_not_over_is_read_again(begin):
    begin(NOW - timedelta(hours=3))
    battles(NOW)
    begin(NOW - timedelta(hours=3))
    begin(NOW - timedelta(minutes=1))
    for name in [f"figures:{row.key}:{row.start.isoformat()}" for span in spans_until(NOW) for row in span.moving]:
        assert caches["process"].delete(name)  # as if its seconds had passed

    again = battles(NOW)

    assert (again["day-20"], again["day-23"], again["day-whole"]) == (1, 1, 3)
