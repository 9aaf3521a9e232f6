import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.battles.simulation.voting import WINNERS, VotingModel

A, B, TIE, BOTH_BAD = range(4)
strengths = st.floats(-4, 4).map(lambda strength: np.array([strength]))
models = st.builds(VotingModel, ties=st.floats(0, 2), bad_below=st.floats(-3, 3))


def test_votes_stand_in_the_order_of_their_chances():
    assert [winner.value for winner in WINNERS] == ["model_a", "model_b", "tie", "both_bad"]


@pytest.mark.property
@given(models, strengths, strengths)
def test_chances_are_a_distribution(model, strength_a, strength_b):
    [chances] = model.chances(strength_a, strength_b)

    assert len(chances) == 4
    assert chances.min() >= 0
    assert chances.sum() == pytest.approx(1)


@pytest.mark.property
@given(models, strengths, strengths)
def test_chances_do_not_depend_on_the_side(model, strength_a, strength_b):
    [chances] = model.chances(strength_a, strength_b)
    [swapped] = model.chances(strength_b, strength_a)

    assert swapped[[B, A, TIE, BOTH_BAD]] == pytest.approx(chances)


@pytest.mark.property
@given(models, strengths, strengths)
def test_chances_of_decided_votes_are_bradley_terry(model, strength_a, strength_b):
    [chances] = model.chances(strength_a, strength_b)

    assert np.log(chances[A] / chances[B]) == pytest.approx((strength_a - strength_b)[0], abs=1e-9)


def test_chances_of_equal_models_follow_davidson():
    [chances] = VotingModel(ties=0.5, bad_below=-50).chances(np.ones(1), np.ones(1))

    assert chances == pytest.approx([0.4, 0.4, 0.2, 0.0], abs=1e-9)


def test_both_bad_falls_with_quality():
    rates = VotingModel().chances(np.array([-2.0, -1, 0, 1, 2]), np.zeros(5))[:, BOTH_BAD]

    assert (np.diff(rates) < 0).all()
    assert rates[0] > 2 * rates[-1]


def test_draw_follows_the_chances():
    model, strength_a, strength_b = VotingModel(), np.full(20_000, 0.8), np.full(20_000, -0.2)

    drawn = model.draw(strength_a, strength_b, rng=np.random.default_rng(3))

    chances = model.chances(strength_a, strength_b)[0]
    shares = np.bincount(drawn, minlength=4) / 20_000
    # Four standard errors of a share of 20,000.
    assert (np.abs(shares - chances) < 4 * np.sqrt(chances / 20_000)).all()
