import numpy as np
import pytest

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.online import GlickoRatings, elo_ratings, glicko_period, glicko_start
from ratings.core.scale import rating
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit


def test_elo_of_one_game_between_equals_moves_half_of_k():
    found = elo_ratings(Comparisons.from_labels("a", "b", [1]), k_factor=32)

    assert found.tolist() == [1016.0, 984.0]


def test_elo_equals_a_plain_loop_and_keeps_the_sum():
    comparisons = simulate(np.array([0.8, 0.0, -0.8]), 300, Electorate(raters=5), np.random.default_rng(1))
    expected = [1000.0] * 3
    for a, b, outcome in zip(comparisons.a, comparisons.b, comparisons.outcome, strict=True):
        change = 4 * (outcome - 1 / (1 + 10 ** ((expected[b] - expected[a]) / 400)))
        expected[a] += change
        expected[b] -= change

    found = elo_ratings(comparisons)

    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert found.sum() == pytest.approx(3000.0)


def test_elo_comes_near_the_fit_after_many_votes():
    comparisons = simulate(np.array([0.8, 0.0, -0.8]), 20_000, Electorate(raters=5), np.random.default_rng(2))

    np.testing.assert_allclose(elo_ratings(comparisons), rating(fit_bradley_terry(comparisons).strengths), atol=40)


def test_glicko_gives_the_published_example():
    """Glickman's example: one player of 1500 against 1400, 1550 and 1700."""
    before = GlickoRatings(np.array([1500.0, 1400, 1550, 1700]), np.array([200.0, 30, 100, 300]), np.full(4, 0.06))
    games = Comparisons(tuple("pqrs"), a=np.zeros(3, int), b=np.array([1, 2, 3]), outcome=np.array([1.0, 0.0, 0.0]))

    after = glicko_period(before, games)

    assert after.ratings[0] == pytest.approx(1464.06, abs=0.01)
    assert after.deviations[0] == pytest.approx(151.52, abs=0.01)
    assert after.volatilities[0] == pytest.approx(0.05999, abs=1e-5)


def test_glicko_who_does_not_play_becomes_less_certain():
    before = glicko_start(3)
    known = GlickoRatings(before.ratings, np.full(3, 50.0), before.volatilities)

    after = glicko_period(known, Comparisons(tuple("abc"), a=np.array([0]), b=np.array([1]), outcome=np.array([1.0])))

    assert after.ratings[2] == 1500.0
    assert after.deviations[2] == pytest.approx(np.hypot(50.0, 0.06 * 173.7178))
    assert after.ratings[0] > 1500.0 > after.ratings[1]
