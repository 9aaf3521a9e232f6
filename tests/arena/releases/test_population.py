from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import User

from arena.battles.models import Battle
from arena.prompts.models import Prompt
from arena.raters.services import link_rater
from arena.releases.errors import FilterError
from arena.releases.filters import BattleFilter, read_filter
from arena.releases.population import count_population, exported_votes, vote_batches
from arena.studies.models import ConsentRevision
from arena.studies.services.deciding import agree, withdraw
from tests.factories import make_consent, make_contestant, make_study


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


@pytest.mark.parametrize("at_once", [1, 2])
def test_batches_hold_every_vote_once_in_order(cast, monkeypatch, at_once):
    monkeypatch.setattr("arena.releases.population.BATCHES_AT_ONCE", at_once)
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


@pytest.fixture
def own_choice(arena):
    """Terms under which research is a choice of its own, and its text."""
    ConsentRevision.objects.filter(pk=arena.consent.pk).update(retired_at=arena.consent.published_at)
    arena.consent = make_consent(arena.study, number=2, covers_research=False)
    return make_consent(arena.study, purpose="research")


def counts():
    population = count_population(BattleFilter())
    return population.exported, population.left_out


def test_battle_is_exported_once_its_rater_allows_research(cast, own_choice):
    vote = cast()
    before = counts()
    agree(rater=vote.rater, revision=own_choice)
    allowed = counts()
    withdraw(rater=vote.rater, revision=own_choice)

    assert (before, allowed, counts()) == ((0, {"research": 1}), (1, {}), (0, {"research": 1}))


def test_terms_that_covered_research_count_until_somebody_withdraws(cast, arena):
    vote, other = cast(), cast()
    research = make_consent(arena.study, purpose="research")

    withdraw(rater=vote.rater, revision=research)

    assert list(exported_votes(BattleFilter())) == [other]
    assert counts() == (1, {"research": 1})


def test_allowing_an_earlier_text_or_for_another_study_is_not_enough(cast, arena, own_choice):
    elsewhere = make_consent(make_study(slug="elsewhere", is_default=False), purpose="research")
    vote, other = cast(), cast()
    agree(rater=vote.rater, revision=elsewhere)
    agree(rater=other.rater, revision=own_choice)
    ConsentRevision.objects.filter(pk=own_choice.pk).update(retired_at=own_choice.published_at)

    assert counts() == (0, {"research": 2})


def test_research_is_one_choice_of_a_person_with_several_raters(cast, own_choice):
    account = User.objects.create(username="rater-ada")
    votes = [cast(), cast()]
    agree(rater=votes[0].rater, revision=own_choice)
    for vote in votes:
        link_rater(account=account, cookie_id=vote.rater_id)

    assert counts() == (2, {})


def test_votes_that_nobody_cast_need_no_consent(cast, simulated, own_choice):
    vote = cast(rater=simulated)

    assert list(exported_votes(BattleFilter(kind="simulated"))) == [vote]
    assert count_population(BattleFilter(kind="simulated")).exported == 1
