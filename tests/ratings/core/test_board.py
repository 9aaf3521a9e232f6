import numpy as np
import pytest

from ratings.core.board import fit_board
from ratings.core.comparisons import Comparisons
from ratings.core.errors import MissingColumnError
from ratings.core.method import BoardMethod
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit

QUICK = BoardMethod(replicates=300)


def votes(*, raters=40, count=1_500, competitors=4, seed=2):
    rng = np.random.default_rng(seed)
    return simulate(np.linspace(0.8, -0.8, competitors), count, Electorate(raters=raters), rng)


def joined(first, second):
    """Put two leagues that never met into one input."""
    shift = len(first.competitors)
    return Comparisons(
        competitors=tuple(f"{name}" for name in range(shift + len(second.competitors))),
        a=np.concatenate([first.a, second.a + shift]),
        b=np.concatenate([first.b, second.b + shift]),
        outcome=np.concatenate([first.outcome, second.outcome]),
        rater=np.concatenate([first.rater, second.rater]),
    )


def board(comparisons, method=QUICK, seed=0):
    return fit_board(comparisons, method, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("interval", ["bootstrap", "sandwich"])
def test_board_ranks_clearly_different_models(interval):
    (component,) = board(votes(), BoardMethod(interval=interval, replicates=300)).components

    assert component.ranks.best.tolist() == [1, 2, 3, 4]
    assert component.ranks.worst.tolist() == [1, 2, 3, 4]
    assert (component.intervals.lower < component.strengths).all()
    assert (component.strengths < component.intervals.upper).all()
    assert (component.raters, component.preliminary.any()) == (40, False)


def test_board_is_the_same_for_the_same_seed_and_another_for_another():
    comparisons = votes()

    first, again, other = (board(comparisons, seed=seed).components[0] for seed in (0, 0, 1))

    assert np.array_equal(first.intervals.lower, again.intervals.lower)
    assert not np.array_equal(first.intervals.lower, other.intervals.lower)
    assert np.array_equal(first.fit.strengths, other.fit.strengths)


@pytest.mark.parametrize(("raters", "has_intervals"), [(9, False), (10, True)])
def test_board_has_no_interval_and_no_ranks_under_ten_raters(raters, has_intervals):
    (component,) = board(votes(raters=raters)).components

    assert component.raters == raters
    assert (component.intervals is not None, component.ranks is not None) == (has_intervals, has_intervals)


def test_board_fits_leagues_that_never_met_apart():
    heavy, light = votes(count=2_000), votes(count=500, competitors=3, seed=5)

    fitted = board(joined(heavy, light))

    assert [component.members.tolist() for component in fitted.components] == [[0, 1, 2, 3], [4, 5, 6]]
    for component, alone in zip(fitted.components, (heavy, light), strict=True):
        np.testing.assert_allclose(component.strengths, board(alone).components[0].strengths, atol=1e-9)
        np.testing.assert_allclose(component.strengths.sum(), 0, atol=1e-9)
    assert fitted.components[1].ranks.worst.max() == 3


def test_board_leaves_the_draws_of_one_league_alone_when_another_votes():
    heavy = votes(count=2_000)

    first, second = (
        board(joined(heavy, votes(count=count, competitors=3, seed=5))).components[0] for count in (500, 501)
    )

    assert np.array_equal(first.intervals.upper, second.intervals.upper)


def test_board_names_competitors_that_were_never_compared():
    base = votes()
    comparisons = Comparisons(
        ("lonely", *(f"m{name}" for name in base.competitors)),
        a=base.a + 1,
        b=base.b + 1,
        outcome=base.outcome,
        rater=base.rater,
    )

    fitted = board(comparisons)

    assert fitted.uncompared.tolist() == [0]
    assert fitted.components[0].members.tolist() == [1, 2, 3, 4]


def test_a_newcomer_with_three_wins_is_preliminary_and_never_first():
    old = votes(count=3_000)
    comparisons = Comparisons(
        (*old.competitors, "newcomer"),
        a=np.concatenate([old.a, [4, 4, 4]]),
        b=np.concatenate([old.b, [0, 0, 0]]),
        outcome=np.concatenate([old.outcome, np.ones(3)]),
        rater=np.concatenate([old.rater, [0, 1, 2]]),
    )

    (component,) = board(comparisons).components

    assert component.preliminary.tolist() == [False, False, False, False, True]
    assert component.ranks.best.tolist() == [1, 2, 3, 4]
    assert component.intervals.lower[4] < component.intervals.lower[0]
    width = component.intervals.upper - component.intervals.lower
    assert width[4] > 3.0
    assert width[:4].max() < 0.4


def test_board_of_no_comparisons_has_no_components():
    nothing = np.zeros(0, dtype=int)

    fitted = board(Comparisons(("x", "y"), a=nothing, b=nothing, outcome=np.zeros(0), rater=nothing))

    assert (fitted.components, fitted.uncompared.tolist()) == ((), [0, 1])


def test_board_needs_raters():
    with pytest.raises(MissingColumnError, match="rater"):
        board(Comparisons.from_labels("a", "b", [1]))
