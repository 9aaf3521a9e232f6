import numpy as np
import pytest

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.intransitivity import cycle_share, cycle_test, fit_skew, goodness_of_fit
from ratings.core.pairs import count_pairs
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit


def circle(size, votes, share, seed=1):
    """Competitors of equal strength, each beating the next half of the circle with probability `share`."""
    rng = np.random.default_rng(seed)
    a = rng.integers(0, size, votes)
    ahead = rng.integers(1, size, votes)
    wins = rng.random(votes) < np.where(ahead <= size // 2, share, 1 - share)
    names = tuple(f"m{number}" for number in range(size))
    return Comparisons(names, a=a, b=(a + ahead) % size, outcome=wins.astype(float))


def loss(odds, pairs):
    d = odds[pairs.low, pairs.high]
    return (pairs.total @ np.logaddexp(0, d) - pairs.score @ d) / pairs.total.sum()


def test_the_test_of_fit_is_right_about_votes_of_the_model():
    values = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        votes = simulate(rng.normal(0, 0.5, 6), 1_500, Electorate(raters=1_500, tie_rate=0.0), rng)
        values.append(goodness_of_fit(fit_bradley_terry(votes, prior_precision=1e-6)).p_value)

    assert np.mean(values) == pytest.approx(0.5, abs=0.07)
    assert np.mean(np.array(values) < 0.05) < 0.1


def test_misfit_is_how_far_shares_are_off():
    found = goodness_of_fit(fit_bradley_terry(circle(5, 20_000, 0.65)))

    assert found.p_value < 1e-6
    assert found.misfit_lower < 0.15 < found.misfit_upper
    assert found.misfit == pytest.approx(0.15, abs=0.01)


def test_a_circle_of_three_is_one_cycle():
    assert cycle_share(count_pairs(Comparisons.from_labels("abc", "bca", [1, 1, 1]))) == (1.0, 1)
    assert cycle_share(count_pairs(Comparisons.from_labels("aab", "bcc", [1, 1, 1]))) == (0.0, 1)


def test_cycles_of_the_model_are_what_chance_gives_and_those_of_a_circle_are_more():
    rng = np.random.default_rng(3)
    plain = fit_bradley_terry(simulate(np.linspace(1, -1, 7), 2_000, Electorate(raters=50), rng))
    round_ = fit_bradley_terry(circle(7, 4_000, 0.65))

    assert np.quantile(cycle_test(plain, rng)[1], 0.995) >= cycle_test(plain, rng)[0]
    observed, by_chance = cycle_test(round_, rng)
    assert observed > np.quantile(by_chance, 0.97)


def test_a_plane_predicts_a_circle_and_strengths_do_not():
    train, later = circle(5, 4_000, 0.7), count_pairs(circle(5, 4_000, 0.7, seed=2))
    plain = fit_bradley_terry(train).strengths

    skew = fit_skew(count_pairs(train), 1, rng=np.random.default_rng(1)).log_odds()

    np.testing.assert_allclose(skew, -skew.T, atol=1e-12)
    assert loss(skew, later) < loss(plain[:, None] - plain, later) - 0.03


def test_a_plane_finds_nothing_where_there_is_nothing():
    rng = np.random.default_rng(4)
    votes, later = (simulate(np.linspace(1, -1, 5), 4_000, Electorate(raters=50), rng) for _ in range(2))
    plain = fit_bradley_terry(votes).strengths

    skew = fit_skew(count_pairs(votes), 1, rng=rng)

    unseen = count_pairs(later)
    assert loss(skew.log_odds(), unseen) > loss(plain[:, None] - plain, unseen) - 1e-3
