import numpy as np
import pytest

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.personal import _visible, estimate_taste_spread, fit_personal_board
from ratings.core.sandwich import sandwich_covariance
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit

TRUTH = np.array([0.8, 0.3, 0.0, -0.3, -0.8])


def draw_with_tastes(spread, rng, raters=300, each=30):
    """Return the strengths of each rater, centred, and their comparisons."""
    strengths = TRUTH + rng.normal(0.0, spread, (raters, 5))
    rater = np.repeat(np.arange(raters), each)
    a = rng.integers(0, 5, len(rater))
    b = (a + rng.integers(1, 5, len(rater))) % 5
    wins = rng.random(len(rater)) < 1.0 / (1.0 + np.exp(strengths[rater, b] - strengths[rater, a]))
    data = Comparisons(tuple("abcde"), a=a, b=b, outcome=wins.astype(float), rater=rater)
    return strengths - strengths.mean(axis=1, keepdims=True), data


@pytest.mark.parametrize("spread", [0.3, 0.6, 1.0])
def test_the_spread_of_tastes_is_found(spread):
    _, data = draw_with_tastes(spread, np.random.default_rng(2), raters=1_500)

    found = estimate_taste_spread(data, fit_bradley_terry(data))

    assert found == pytest.approx(spread, rel=0.12)


def test_a_spread_is_found_by_a_loop_over_pairs_of_votes():
    data = simulate(TRUTH, 200, Electorate(raters=12, taste_sd=1.0), np.random.default_rng(3))
    fit = fit_bradley_terry(data)

    found = estimate_taste_spread(data, fit)

    agreement = most = 0.0
    chance = 1.0 / (1.0 + np.exp(fit.strengths[data.b] - fit.strengths[data.a]))
    for v in range(200):
        for w in range(200):
            if v != w and data.rater[v] == data.rater[w]:
                ends = [np.eye(5)[data.a[k]] - np.eye(5)[data.b[k]] for k in (v, w)]
                common = ends[0] @ ends[1]
                agreement += common * np.prod([data.outcome[k] - chance[k] for k in (v, w)])
                most += common**2 * np.prod([chance[k] * (1 - chance[k]) for k in (v, w)])
    assert found**2 * _visible(found, fit) == pytest.approx(agreement / most, rel=1e-3)
    assert 0.3 < _visible(found, fit) < _visible(0.1, fit) < 1


def test_raters_who_agree_by_chance_have_the_least_spread_and_no_votes_none():
    data = simulate(TRUTH, 2_000, Electorate(raters=2_000), np.random.default_rng(4))
    alone = data.select(np.unique(data.rater, return_index=True)[1])

    assert estimate_taste_spread(alone, fit_bradley_terry(alone)) == 0.1


def test_intervals_of_personal_boards_hold_from_the_first_vote():
    rng = np.random.default_rng(5)
    strengths, data = draw_with_tastes(0.8, rng, raters=1_000)
    fit = fit_bradley_terry(data)
    covariance, taste = sandwich_covariance(data, fit), estimate_taste_spread(data, fit)
    widths = []

    for votes in (0, 1, 30):
        held, width = [], []
        for rater in range(120):
            own = data.select(np.flatnonzero(data.rater == rater)[:votes])
            board = fit_personal_board(own, fit, covariance, taste)
            held.append((board.lower <= strengths[rater]) & (strengths[rater] <= board.upper))
            width.append(np.mean(board.upper - board.lower))
        assert 0.925 <= np.mean(held) <= 0.98
        widths.append(np.mean(width))

    assert (np.diff(widths) < 0).all()


def test_other_competitors_and_no_spread_are_refused():
    _, data = draw_with_tastes(0.5, np.random.default_rng(6), raters=40)
    fit = fit_bradley_terry(data)
    other = Comparisons(tuple("abcdf"), a=data.a, b=data.b, outcome=data.outcome)

    for own, taste in ((other, 0.5), (data, 0.0)):
        with pytest.raises(ValueError, match="spread of tastes"):
            fit_personal_board(own, fit, np.eye(5), taste)
