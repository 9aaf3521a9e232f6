import pytest

from arena.battles.comparisons import load_board_input
from arena.battles.services.simulating import Simulation, simulate_raters
from arena.profiles.models import AnswerValue, Margins
from arena.profiles.services.installing import install_default_survey
from arena.profiles.services.margins import install_margins, stop_using_margins
from arena.raters.models import Rater
from ratings.populations import place_raters
from tests.factories import make_arena, make_consent

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

STRENGTHS = {"zephyrine-9b": 0.5, "obsidian-3b": -0.5}


@pytest.fixture
def arena():
    """An arena with simulated raters who have profiles, and the margins of the project."""
    arena = make_arena()
    make_consent(arena.study, purpose="profile")
    install_default_survey(arena.study)
    install_margins()
    simulate_raters(Simulation(arena.study, STRENGTHS, raters=60, votes=300, seed=3, profiled=1.0))
    return arena


def living_in(country):
    """Return how many raters live there and have an answer in each of the margins."""

    def of(field):
        return AnswerValue.objects.filter(field=field).exclude(value="prefer_not_to_say")

    there = of("reside_country").filter(value=country)
    fitting = of("gender").filter(value__in=["male", "female"])
    parts = [part.values("answer__rater") for part in (there, fitting, of("ethnicity_simplified"), of("age"))]
    return sum(all(part.filter(answer__rater=rater).exists() for part in parts) for rater in Rater.objects.all())


def test_populations_have_the_raters_who_live_there_and_said_enough(arena):
    board = load_board_input("simulated", {})

    placed = {each.slug: place_raters(each, board.grouping()) for each in board.populations()}

    assert {slug: int(found.inside.sum()) for slug, found in placed.items()} == {
        "uk": living_in("GBR"),
        "us": living_in("USA"),
    }
    assert [len(margin.names) for margin in placed["uk"].margins] == [6, 2, 5]


def test_margins_out_of_use_are_no_population(arena):
    stop_using_margins(margins=Margins.objects.get(slug="uk"))

    assert [each.slug for each in load_board_input("simulated", {}).populations()] == ["us"]
