from collections import Counter

import numpy as np
import pytest

from arena.battles.comparisons import load_board_input
from arena.battles.models import Battle, Completion, Turn, Vote
from arena.battles.services.simulated_votes import draw_voters
from arena.battles.services.simulating import Simulation, SimulationError, remove_simulated, simulate_raters
from arena.profiles.models import Answer, AnswerValue
from arena.profiles.services.installing import install_default_survey
from arena.raters.models import Rater
from arena.studies.models import ConsentDecision
from models_registry.models import ContestantSnapshot
from tests.factories import make_arena, make_consent

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

STRENGTHS = {"zephyrine-9b": 1.5, "obsidian-3b": -1.0}


@pytest.fixture(autouse=True)
def arena():
    return make_arena()


@pytest.fixture
def asking(arena):
    """The open arena, which asks for profiles."""
    make_consent(arena.study, purpose="profile")
    install_default_survey(arena.study)
    return arena


@pytest.fixture
def simulate(arena):
    def run(**arguments):
        usual = {"strengths": STRENGTHS, "raters": 5, "votes": 60, "seed": 1}
        return simulate_raters(Simulation(arena.study, **{**usual, **arguments}))

    return run


def test_simulation_marks_everything_as_simulated(simulate):
    stored = simulate()

    assert (stored.raters, stored.profiles, stored.votes) == (5, 0, 60)
    assert Counter(Vote.objects.values_list("kind", flat=True)) == {"simulated": 60}
    assert Counter(Battle.objects.values_list("kind", "status")) == {("simulated", "voted"): 60}
    assert Counter(Rater.objects.values_list("kind", flat=True)) == {"simulated": 5}
    assert not Turn.objects.exists()
    assert not Completion.objects.exists()


def test_simulation_keeps_provenance(simulate, arena):
    simulate()

    battles = Battle.objects.select_related("snapshot_a", "snapshot_b")
    assert {battle.consent_revision for battle in battles} == {arena.consent}
    assert {battle.protocol for battle in battles} == {arena.study.protocol}
    assert {battle.draw_probability for battle in battles} == {1.0}
    assert len({battle.draw_seed for battle in battles}) == 60
    assert all(snapshot.is_intact() for snapshot in ContestantSnapshot.objects.all())


def test_simulation_puts_every_contestant_on_both_sides(simulate):
    simulate(votes=200)

    on_side_a = Counter(Battle.objects.values_list("snapshot_a__contestant__slug", flat=True))
    assert set(on_side_a) == set(STRENGTHS)
    assert 70 <= on_side_a["obsidian-3b"] <= 130


def test_simulation_prefers_the_stronger(simulate):
    simulate(raters=100, votes=300)

    wins = Counter(
        (vote.battle.snapshot_a if vote.winner == "model_a" else vote.battle.snapshot_b).contestant.slug
        for vote in Vote.objects.filter(winner__in=["model_a", "model_b"]).select_related(
            "battle__snapshot_a__contestant", "battle__snapshot_b__contestant"
        )
    )
    assert wins["zephyrine-9b"] > 4 * wins["obsidian-3b"]


def test_simulation_is_repeatable_once_it_was_removed(simulate, asking):
    def rows() -> list[tuple[object, ...]]:
        simulate(seed=11, votes=30)
        votes = Vote.objects.order_by("pk").values_list(
            "rater_id", "battle_id", "battle__snapshot_a__contestant__slug", "battle__draw_seed", "winner"
        )
        said = AnswerValue.objects.order_by("answer__rater", "field").values_list("answer__rater", "field", "value")
        found = [*votes, *said]
        remove_simulated(seed=11)
        return found

    assert rows() == rows()


def test_removing_takes_away_one_seed_only(simulate, asking):
    someone = Rater.objects.create()
    simulate(seed=1)
    there = {*Rater.objects.values_list("pk", flat=True)}, Vote.objects.count(), Answer.objects.count()

    simulate(seed=2)
    removed = remove_simulated(seed=2)

    assert removed == 5
    assert ({*Rater.objects.values_list("pk", flat=True)}, Vote.objects.count(), Answer.objects.count()) == there
    assert someone.pk in there[0]
    assert not ConsentDecision.objects.exclude(rater__in=there[0]).exists()


def test_simulation_refuses_a_used_seed(simulate):
    simulate(seed=1)

    with pytest.raises(SimulationError, match="Choose another"):
        simulate(seed=1)

    assert Vote.objects.count() == 60


@pytest.mark.parametrize(
    "arguments",
    [{"raters": 0}, {"votes": 0}, {"strengths": {}}, {"strengths": {"zephyrine-9b": 1.0, "nobody": 0.0}}],
)
def test_simulation_refuses_what_cannot_be_simulated(simulate, arguments):
    with pytest.raises(SimulationError, match="at least two contestants"):
        simulate(**arguments)

    assert (Vote.objects.count(), Rater.objects.count()) == (0, 0)


def test_simulated_votes_are_on_no_board_of_people(simulate, arena):
    simulate()

    part = {"protocol": arena.study.protocol.slug}
    assert load_board_input("simulated", part).votes == 60
    assert load_board_input("human", part).votes == 0


@pytest.mark.parametrize("votes", [50, 150])
def test_simulation_takes_few_queries(simulate, votes, django_assert_max_num_queries):
    with django_assert_max_num_queries(26):
        simulate(votes=votes)


def test_simulated_profiles_are_what_a_form_would_have_stored(simulate, asking):
    stored = simulate(raters=40, profiled=0.5)

    assert stored.profiles == 20
    agreed = ConsentDecision.objects.filter(given=True).values_list("purpose", "rater")
    assert Counter(purpose for purpose, _rater in agreed) == {"terms": 40, "profile": 20}
    told = Answer.objects.filter(key="age", state="given")
    assert {answer.rater.kind for answer in told.select_related("rater")} == {"simulated"}
    ages = [*AnswerValue.objects.filter(answer__in=told).values_list("field", "value")]
    known = {("age", key) for key in ("18-24", "25-34", "35-44", "45-54", "55-64", "65_and_over")}
    assert len(ages) == told.count()
    assert set(ages) <= known


def test_simulated_profiles_have_what_follows_from_an_answer(simulate, asking):
    simulate(raters=30, profiled=1.0)

    country = Answer.objects.filter(key="birth_country", state="given").first()
    assert {"birth_country", "birth_region", "birth_subregion", "special_region"} == set(country.said)
    belief = Answer.objects.filter(key="religion", state="given").first()
    assert {"religion", "religion_simplified"} == set(belief.said)
    uses = Answer.objects.filter(key="lm_usecases").first()
    assert len(uses.said) == 19
    assert set(uses.said.values()) <= {"0", "1"}
    assert not Answer.objects.exclude(text="").exists()


def test_some_raters_vote_far_more_than_others_and_all_vote():
    voters = draw_voters(200, 4000, rng=np.random.default_rng(1))

    votes = np.sort(np.bincount(voters, minlength=200))
    assert votes.sum() == 4000
    assert votes[0] >= 1
    assert votes[-20:].sum() > 0.35 * 4000
