"""Which files of exports may hold somebody's comparisons."""

from datetime import timedelta

import pytest
from django.utils import timezone

from arena.battles.models import Battle
from arena.battles.services.voting import cast_vote
from arena.raters.models import Rater
from arena.releases.holding import EXPORTS
from arena.releases.models import Export
from tests.factories import make_arena, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def voted() -> Battle:
    battle = make_ready_battle(make_arena())
    cast_vote(battle_id=battle.pk, winner="tie")
    return battle


def make_done(battle: Battle, *, hours: int = 1, **filters: object) -> Export:
    """An export that ended so many hours after the battle began."""
    finished = battle.created_at + timedelta(hours=hours)
    made = {"status": "done", "title": "Some", "licence": "CC0-1.0", "sha256": "0" * 64}
    return Export.objects.create(**made, filters=filters, finished_at=finished)


def titles(rater: Rater) -> list[str]:
    return [row["title"] for row in EXPORTS.rows(Rater.objects.filter(pk=rater.pk))]


def test_file_made_before_the_vote_holds_nothing_of_it(voted):
    make_done(voted, hours=-1)

    assert titles(voted.rater) == []


def test_only_files_whose_filter_finds_the_battle_are_named(voted):
    made = [
        make_done(voted),
        make_done(voted, study=voted.study.slug),
        make_done(voted, models=["zephyrine-9b"]),
        make_done(voted, study="another"),
        make_done(voted, kind="simulated"),
        make_done(voted, since=f"{timezone.now() + timedelta(days=2):%Y-%m-%d}"),
    ]
    for number, export in enumerate(made):
        Export.objects.filter(pk=export.pk).update(title=str(number))

    assert titles(voted.rater) == ["0", "1", "2"]


def test_files_hold_nothing_of_somebody_else(voted):
    make_done(voted)

    assert titles(Rater.objects.create()) == []


@pytest.mark.parametrize("number", [1, 3])
def test_files_are_counted_in_two_queries(voted, number, django_assert_num_queries):
    for day in range(number):
        make_done(voted, since=f"2026-01-0{day + 1}")
    raters = Rater.objects.filter(pk=voted.rater_id)

    with django_assert_num_queries(2):
        assert EXPORTS.count(raters) == number
