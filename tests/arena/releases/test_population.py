from datetime import UTC, date, datetime

import pytest

from arena.battles.models import Battle
from arena.prompts.models import Prompt
from arena.releases.errors import FilterError
from arena.releases.filters import BattleFilter, read_filter
from arena.releases.population import count_population, exported_votes, vote_batches
from tests.factories import make_contestant, make_study


@pytest.fixture
def two(arena, cast):
    """Two votes that differ in all that can be filtered by."""
    first = cast()
    Battle.objects.filter(pk=first.battle_id).update(created_at=datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC))
    arena.first = make_contestant(slug="third")
    second = cast(prompt_revision=None, study=make_study(slug="other", is_default=False))
    Battle.objects.filter(pk=second.battle_id).update(created_at=datetime(2026, 3, 2, tzinfo=UTC))
    return first, second


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, [0, 1]),
        ({"since": date(2026, 3, 2)}, [1]),
        ({"until": date(2026, 3, 1)}, [0]),
        ({"study": "other"}, [1]),
        ({"language": "en"}, [0]),
        ({"models": ("third",)}, [1]),
        ({"models": ("obsidian-3b",)}, [0, 1]),
        ({"models": ("zephyrine-9b", "third")}, [0, 1]),
        ({"kind": "judge"}, []),
    ],
)
def test_filter_finds_what_fulfils_every_condition(two, chosen, expected):
    found = list(exported_votes(BattleFilter(**chosen)))

    assert found == [two[position] for position in expected]


def test_language_takes_its_regions(two):
    Prompt.objects.update(language="en-GB")

    assert list(exported_votes(BattleFilter(language="en"))) == [two[0]]
    assert not exported_votes(BattleFilter(language="en-US")).exists()


def test_category_leaves_out_prompts_of_raters(two, arena):
    slug = arena.revision.prompt.category.slug

    assert list(exported_votes(BattleFilter(categories=(slug,)))) == [two[0]]


def test_every_battle_is_exported_or_has_a_reason(two, cast):
    Battle.objects.filter(pk=two[1].battle_id).update(status="voted")
    population = count_population(BattleFilter())

    assert population.battles == population.exported + sum(population.left_out.values()) == 2


def test_batches_hold_every_vote_once_in_order(cast):
    votes = [cast().pk for _ in range(5)]

    batches = list(vote_batches(BattleFilter(), last_vote=votes[3], size=2))

    assert batches == [votes[:2], votes[2:4]]


def test_filter_survives_being_stored():
    chosen = BattleFilter(since=date(2026, 1, 2), models=("b", "a"), keep_excluded=True)

    assert read_filter(chosen.as_json()) == BattleFilter(since=date(2026, 1, 2), models=("a", "b"), keep_excluded=True)


@pytest.mark.parametrize("stored", [{"rater": "x"}, {"since": "soon"}, {"kind": "cat"}])
def test_filter_that_is_not_understood_is_refused(stored):
    with pytest.raises(FilterError):
        read_filter(stored)
