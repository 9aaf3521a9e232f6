import numpy as np
import pytest

from arena.battles.simulation.tastes import Differences, draw_tastes

STRENGTHS = [0.5, 0.0, -0.5]
AGES = np.array(["young", "old"] * 500)


@pytest.fixture
def tastes():
    return draw_tastes(STRENGTHS, {"age": AGES}, Differences(groups=0.3, people=0.1), rng=np.random.default_rng(2))


def test_tastes_add_group_and_person_to_what_everybody_finds(tastes):
    of_two = tastes.of(np.array([1, 4]))

    expected = [
        tastes.strengths + tastes.shifts["age"]["old"] + tastes.personal[1],
        tastes.strengths + tastes.shifts["age"]["young"] + tastes.personal[4],
    ]
    assert of_two == pytest.approx(np.array(expected))


def test_tastes_of_groups_have_no_mean(tastes):
    shifts = tastes.shifts["age"]

    assert shifts["young"] + shifts["old"] == pytest.approx(np.zeros(3))
    assert np.abs(shifts["young"]).max() > 0.05


def test_tastes_of_people_spread_as_told(tastes):
    assert tastes.personal.std() == pytest.approx(0.1, abs=0.01)


def test_tastes_without_differences_are_those_of_everybody():
    same = draw_tastes(STRENGTHS, {"age": AGES}, Differences(groups=0, people=0), rng=np.random.default_rng(2))

    assert same.of(np.arange(10)) == pytest.approx(np.tile(STRENGTHS, (10, 1)))
