from datetime import UTC, date, datetime, timedelta

import pytest

from arena.battles.exposure import exposure_of
from arena.battles.models import Battle, Completion, ContestantSpeed, ExposureDay
from arena.battles.services.exposure import LEAST_ANSWERS, count_exposure
from tests.factories import make_arena, make_battle, make_contestant

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

TODAY = date(2026, 3, 10)


@pytest.fixture
def arena():
    return make_arena()


def fight(arena, day: date, *, status: str = "voted", hour: int = 12, **fields: object) -> Battle:
    """A battle of that day, without a moment of its own in it."""
    battle = make_battle(arena, **fields)
    began = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    ended = None if status == "open" else began + timedelta(minutes=5)
    Battle.objects.filter(pk=battle.pk).update(status=status, created_at=began, ended_at=ended)
    return battle


def counted() -> list[tuple[object, ...]]:
    rows = ExposureDay.objects.order_by("contestant_id", "day")
    return list(rows.values_list("contestant__slug", "day", "draws", "votes", "battles", "probability_sum"))


def before(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_draws_and_votes_are_counted_by_day(arena):
    third = make_contestant(slug="third")
    fight(arena, before(2), draw_probability=0.5)
    fight(arena, before(2), status="skipped", draw_probability=0.25)
    fight(arena, before(1), hour=23)
    arena.second = third
    fight(arena, before(1), hour=0)

    count_exposure(today=TODAY)

    assert counted() == [
        ("zephyrine-9b", before(2), 2, 1, 2, 0.75),
        ("zephyrine-9b", before(1), 2, 2, 2, 2.0),
        ("obsidian-3b", before(2), 2, 1, 2, 0.75),
        ("obsidian-3b", before(1), 1, 1, 2, 1.0),
        ("third", before(1), 1, 1, 2, 1.0),
    ]


def test_neither_today_nor_open_battles_are_counted(arena):
    fight(arena, TODAY, hour=0)
    fight(arena, before(1), status="open")

    count_exposure(today=TODAY)

    assert counted() == []


def test_battle_that_ends_later_is_counted_on_its_day(arena):
    late = fight(arena, before(3), status="open")
    fight(arena, before(1))
    count_exposure(today=TODAY)
    first = [row[1] for row in counted()]
    ended = datetime(2026, 3, 9, tzinfo=UTC)
    Battle.objects.filter(pk=late.pk).update(status="voted", ended_at=ended)

    count_exposure(today=TODAY)
    count_exposure(today=TODAY)

    assert first == [before(1), before(1)]
    assert [row[1] for row in counted()] == [before(3), before(1), before(3), before(1)]


def test_days_long_ago_are_not_read_again(arena):
    fight(arena, before(100))
    count_exposure(today=TODAY)
    fight(arena, before(1))
    count_exposure(today=TODAY)
    Battle.objects.filter(created_at__lt=datetime(2026, 1, 1, tzinfo=UTC)).update(draw_probability=0.125)

    count_exposure(today=TODAY)

    assert [row[1] for row in counted()] == [before(100), before(1), before(100), before(1)]
    assert set(ExposureDay.objects.values_list("probability_sum", flat=True)) == {1.0}


def test_share_is_of_the_days_on_which_a_contestant_was_drawn(arena):
    third = make_contestant(slug="third")
    fight(arena, before(70), draw_probability=0.5)
    arena.first = third
    for _ in range(3):
        fight(arena, before(1), draw_probability=0.2)
    fight(arena, before(1), kind="simulated")

    count_exposure(today=TODAY)

    exposure = exposure_of(arena.second, today=TODAY)
    rare = exposure_of(third, today=TODAY)
    assert (exposure.draws, exposure.votes, exposure.share_percent) == (4, 4, 100.0)
    assert exposure.probability_percent == pytest.approx(27.5)
    assert (exposure.first, exposure.last, sum(exposure.days), exposure.days[-1]) == (before(70), before(1), 3, 3)
    assert (rare.draws, rare.share_percent) == (3, 100.0)


def test_contestant_without_battles_has_no_share(arena):
    exposure = exposure_of(arena.first, today=TODAY)

    assert (exposure.draws, exposure.share_percent, exposure.bars.path) == (0, None, "")


def answer(arena, *, status: str = "voted") -> None:
    """An answer of side A yesterday: the first text after 400 ms, then 10 tokens a second."""
    battle = fight(arena, before(1), status=status)
    began = datetime(2026, 3, 9, 12, tzinfo=UTC)
    start = int(began.timestamp() * 1000)
    rows = Completion.objects.filter(turn__battle=battle, side="a")
    rows.update(status="running")
    rows.update(
        status="done",
        text="An answer.",
        endpoint=arena.first.endpoint,
        started_at=began,
        finished_at=began,
        arrivals=[[start + 400, 1], [start + 900, 9]],
        ended_ms=start + 1400,
        completion_tokens=11,
    )


def test_speed_is_the_median_of_enough_answers(arena):
    for _ in range(LEAST_ANSWERS - 1):
        answer(arena)
    answer(arena, status="open")
    count_exposure(today=TODAY)
    too_few = ContestantSpeed.objects.count()
    answer(arena)

    count_exposure(today=TODAY)

    speed = ContestantSpeed.objects.get()
    assert too_few == 0
    assert (speed.contestant, speed.answers, speed.counted_until) == (arena.first, LEAST_ANSWERS, before(1))
    assert (speed.first_text_ms, speed.tokens_per_second) == (400, 10.0)
