from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection

from arena.battles.models import Battle, Completion, Skip, Vote
from arena.config.dashboard import figures
from arena.config.dashboard.figures import Figures, Times, read_figures
from arena.config.dashboard.periods import Bucket
from arena.raters.models import Rater
from tests.factories import make_arena, make_battle, make_ready_battle

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

START = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUCKETS = (Bucket("first", START, START + HOUR), Bucket("second", START + HOUR, START + 2 * HOUR))
NOTHING = Figures(votes=0, raters=0, battles=0, skips=0, failures=0, first_text=None, waited=None)


def voted(arena, at: datetime, *, rater: Rater) -> Vote:
    """A vote at a moment; of a simulated rater it has no turns, as simulated votes have none."""
    battle = make_ready_battle(arena, rater=rater)
    Battle.objects.filter(pk=battle.pk).update(created_at=at, status="voted", ended_at=at)
    vote = Vote.objects.create(
        battle=battle, rater=rater, kind=rater.kind, winner="tie", consent_revision=battle.consent_revision
    )
    with connection.cursor() as cursor:  # a vote is final for everybody else
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE battles_vote SET created_at = %s WHERE id = %s", (at, vote.pk))
        cursor.execute("SET session_replication_role = origin")
    return vote


def answered(arena, at: datetime, *, waited: float, first: float) -> None:
    """An answer that was asked for at a moment, taken after `waited` seconds, and had text after `first`."""
    row = make_battle(arena).turns.get().completions.get(side="a")
    rows = Completion.objects.filter(pk=row.pk)
    rows.update(status="running", queued_at=at, started_at=at + timedelta(seconds=waited))
    milliseconds = int(1000 * (at.timestamp() + first))
    rows.update(
        status="done", text="Yes.", finished_at=at, arrivals=[[milliseconds, 4]], ended_ms=milliseconds + 5,
    )  # fmt: skip


def test_votes_and_raters_are_counted_where_they_happened():
    arena, rater = make_arena(), Rater.objects.create()
    voted(arena, START, rater=rater)
    voted(arena, START + HOUR - timedelta(microseconds=1), rater=rater)
    voted(arena, START + HOUR, rater=Rater.objects.create())

    found = read_figures(BUCKETS)

    assert [(row.votes, row.raters, row.battles) for row in found.values()] == [(2, 1, 2), (1, 1, 1)]


def test_simulated_votes_and_battles_are_never_counted():
    voted(make_arena(), START, rater=Rater.objects.create(kind="simulated"))

    assert [(row.votes, row.raters, row.battles) for row in read_figures(BUCKETS).values()] == [(0, 0, 0)] * 2


def test_rater_who_signed_in_later_is_one_person():
    arena = make_arena()
    owner = Rater.objects.create(account=User.objects.create(username="somebody"))
    voted(arena, START, rater=owner)
    voted(arena, START, rater=Rater.objects.create(merged_into=owner))

    assert [(row.votes, row.raters) for row in read_figures(BUCKETS).values()] == [(2, 1), (0, 0)]


def test_skips_and_failures_are_counted():
    battle = make_battle(make_arena())
    Completion.objects.filter(turn__battle=battle).update(status="failed", failure="timeout", finished_at=START + HOUR)
    Skip.objects.create(battle=battle, reason="other")
    Battle.objects.update(status="skipped", created_at=START, ended_at=START)

    found = read_figures(BUCKETS)

    assert [(row.battles, row.skips, row.failures) for row in found.values()] == [(1, 1, 0), (0, 0, 2)]


def test_times_are_median_and_ninth_tenth():
    arena = make_arena()
    for number in range(11):
        answered(arena, START, waited=number / 10, first=float(number))

    first, second = read_figures(BUCKETS).values()

    assert first.first_text == Times(pytest.approx(5, abs=0.001), pytest.approx(9, abs=0.001))
    assert first.waited == Times(pytest.approx(0.5), pytest.approx(0.9))
    assert second == NOTHING


def test_times_of_many_answers_are_those_of_evenly_spread_ones(monkeypatch):
    arena = make_arena()
    for number in range(20):
        answered(arena, START, waited=0, first=float(number))
    numbers = Completion.objects.filter(status="done").order_by("pk").values_list("pk", flat=True)
    picked = [place for place, number in enumerate(numbers) if number % 5 == 0]
    monkeypatch.setattr(figures, "SAMPLE", 4)

    first = read_figures(BUCKETS)["first"]

    assert len(picked) == 4
    assert first.first_text is not None
    assert first.first_text.median == pytest.approx(sum(picked) / 4, abs=0.001)


def test_figures_take_two_queries(django_assert_num_queries):
    with django_assert_num_queries(2):
        found = read_figures(BUCKETS)

    assert found == {"first": NOTHING, "second": NOTHING}
