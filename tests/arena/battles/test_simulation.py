import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.battles.models import Vote
from arena.battles.simulation import VotingModel

Winner = Vote.Winner
strengths = st.floats(-4, 4)
models = st.builds(VotingModel, ties=st.floats(0, 2), bad_below=st.floats(-3, 3))


@pytest.mark.property
@given(models, strengths, strengths)
def test_chances_are_a_distribution(model, strength_a, strength_b):
    chances = model.chances(strength_a, strength_b)

    assert set(chances) == set(Winner)
    assert min(chances.values()) >= 0
    assert sum(chances.values()) == pytest.approx(1)


@pytest.mark.property
@given(models, strengths, strengths)
def test_chances_do_not_depend_on_the_side(model, strength_a, strength_b):
    chances = model.chances(strength_a, strength_b)
    swapped = model.chances(strength_b, strength_a)

    assert swapped[Winner.MODEL_B] == pytest.approx(chances[Winner.MODEL_A])
    assert swapped[Winner.TIE] == pytest.approx(chances[Winner.TIE])
    assert swapped[Winner.BOTH_BAD] == pytest.approx(chances[Winner.BOTH_BAD])


@pytest.mark.property
@given(models, strengths, strengths)
def test_chances_of_decided_votes_are_bradley_terry(model, strength_a, strength_b):
    chances = model.chances(strength_a, strength_b)

    log_odds = math.log(chances[Winner.MODEL_A] / chances[Winner.MODEL_B])
    assert log_odds == pytest.approx(strength_a - strength_b, abs=1e-9)


def test_chances_of_equal_models_follow_davidson():
    chances = VotingModel(ties=0.5, bad_below=-50).chances(1.0, 1.0)

    assert chances == pytest.approx(
        {Winner.MODEL_A: 0.4, Winner.MODEL_B: 0.4, Winner.TIE: 0.2, Winner.BOTH_BAD: 0.0}, abs=1e-9
    )


def test_both_bad_falls_with_quality():
    model = VotingModel()

    rates = [model.chances(strength, 0.0)[Winner.BOTH_BAD] for strength in (-2, -1, 0, 1, 2)]

    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 2 * rates[-1]


def test_draw_follows_the_chances():
    model = VotingModel()
    rng = random.Random(3)

    drawn = Counter(model.draw(0.8, -0.2, rng=rng) for _ in range(20_000))

    for winner, chance in model.chances(0.8, -0.2).items():
        # Four standard errors of a share of 20,000.
        assert drawn[winner] / 20_000 == pytest.approx(chance, abs=4 * math.sqrt(chance / 20_000))
