from collections import Counter

import pytest

from arena.battles.comparisons import load_board_input
from arena.battles.models import Battle, Completion, Turn, Vote
from arena.battles.services.simulating import SimulationError, simulate_votes
from arena.raters.models import Rater
from models_registry.models import ContestantSnapshot
from tests.factories import make_arena, make_contestant

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

STRENGTHS = {"zephyrine-9b": 1.5, "obsidian-3b": -1.0}


@pytest.fixture(autouse=True)
def arena():
    return make_arena()


def simulate(**arguments) -> int:
    return simulate_votes(**{"strengths": STRENGTHS, "raters": 5, "votes": 60, "seed": 1, **arguments})


def test_simulate_votes_marks_everything_as_simulated():
    stored = simulate()

    assert stored == 60
    assert Counter(Vote.objects.values_list("kind", flat=True)) == {"simulated": 60}
    assert Counter(Battle.objects.values_list("kind", "status")) == {("simulated", "voted"): 60}
    assert Counter(Rater.objects.values_list("kind", flat=True)) == {"simulated": 5}
    assert not Turn.objects.exists()
    assert not Completion.objects.exists()


def test_simulate_votes_keeps_provenance(arena):
    simulate()

    battles = Battle.objects.select_related("snapshot_a", "snapshot_b")
    assert {battle.consent_revision for battle in battles} == {arena.consent}
    assert {battle.protocol for battle in battles} == {arena.study.protocol}
    assert {battle.draw_probability for battle in battles} == {1.0}
    assert len({battle.draw_seed for battle in battles}) == 60
    assert all(snapshot.is_intact() for snapshot in ContestantSnapshot.objects.all())


def test_simulate_votes_puts_every_contestant_on_both_sides():
    simulate(votes=200)

    on_side_a = Counter(Battle.objects.values_list("snapshot_a__contestant__slug", flat=True))
    assert set(on_side_a) == set(STRENGTHS)
    assert 70 <= on_side_a["obsidian-3b"] <= 130


def test_simulate_votes_prefers_the_stronger():
    simulate(votes=300)

    wins = Counter(
        (vote.battle.snapshot_a if vote.winner == "model_a" else vote.battle.snapshot_b).contestant.slug
        for vote in Vote.objects.filter(winner__in=["model_a", "model_b"]).select_related(
            "battle__snapshot_a__contestant", "battle__snapshot_b__contestant"
        )
    )
    assert wins["zephyrine-9b"] > 5 * wins["obsidian-3b"]


def test_simulate_votes_is_repeatable_from_its_seed():
    def rows() -> list[tuple[object, ...]]:
        simulate(seed=11, votes=30)
        votes = Vote.objects.order_by("pk").values_list(
            "rater_id", "battle_id", "battle__snapshot_a__contestant__slug", "battle__draw_seed", "winner"
        )
        found = list(votes)
        Vote.objects.all().delete()
        Battle.objects.all().delete()
        Rater.objects.all().delete()
        return found

    assert rows() == rows()


def test_simulate_votes_adds_others_with_another_seed():
    simulate(seed=1)
    simulate(seed=2)

    assert (Vote.objects.count(), Rater.objects.count()) == (120, 10)


def test_simulate_votes_refuses_a_used_seed():
    simulate(seed=1)

    with pytest.raises(SimulationError, match="Choose another"):
        simulate(seed=1)

    assert Vote.objects.count() == 60


@pytest.mark.parametrize(
    "arguments",
    [{"raters": 0}, {"votes": 0}, {"strengths": {}}, {"strengths": {"zephyrine-9b": 1.0, "nobody": 0.0}}],
)
def test_simulate_votes_refuses_what_cannot_be_simulated(arguments):
    with pytest.raises(SimulationError, match="at least two contestants"):
        simulate(**arguments)

    assert (Vote.objects.count(), Rater.objects.count()) == (0, 0)


def test_simulated_votes_are_on_no_board_of_people(arena):
    make_contestant(name="Third", slug="third")
    simulate(strengths={**STRENGTHS, "third": 0.0})

    part = {"protocol": arena.study.protocol.slug}
    assert load_board_input("simulated", part).votes == 60
    assert load_board_input("human", part).votes == 0


@pytest.mark.parametrize("votes", [50, 150])
def test_simulate_votes_takes_few_queries(votes, django_assert_max_num_queries):
    with django_assert_max_num_queries(22):
        simulate(votes=votes)
