import numpy as np
import pytest

from ratings.core.errors import NotConvergedError
from ratings.core.raking import EmptyCellError, Margin, design_effect, rake
from ratings.core.weights import post_stratification_weights

pytestmark = pytest.mark.unit


@pytest.fixture
def sample():
    """Return the cells of 400 raters in two margins that go together, and the shares of a population."""
    rng = np.random.default_rng(1)
    age = rng.choice(3, 400, p=[0.6, 0.3, 0.1])
    gender = np.where(rng.random(400) < 0.2 + 0.2 * age, 1, 0)
    return Margin(age, np.array([0.3, 0.4, 0.3])), Margin(gender, np.array([51.0, 49.0]))


def test_raked_weights_have_the_shares_of_every_margin(sample):
    found = rake(sample)

    for margin in sample:
        shares = [found.weights[margin.cell == cell].sum() / 400 for cell in range(len(margin.shares))]
        np.testing.assert_allclose(shares, margin.shares, atol=1e-7)
    # A product of one factor for each margin: odds ratios are those of the sample.
    factors = [found.weights[(sample[0].cell == i) & (sample[1].cell == j)][0] for i in range(3) for j in range(2)]
    table = np.array(factors).reshape(3, 2)
    np.testing.assert_allclose(table[0, 0] * table[2, 1], table[0, 1] * table[2, 0])
    assert (found.cut, found.weights.mean()) == (0, pytest.approx(1.0))


def test_one_margin_is_post_stratification(sample):
    found = rake(sample[:1])

    expected = post_stratification_weights(sample[0].cell, {0: 0.3, 1: 0.4, 2: 0.3})
    np.testing.assert_allclose(found.weights, expected)
    assert found.rounds == 1


def test_raking_recovers_the_mean_of_a_population_that_was_sampled_unevenly():
    rng = np.random.default_rng(3)
    age, gender = rng.integers(0, 4, 100_000), rng.integers(0, 2, 100_000)
    liked = 0.1 * age + 0.3 * gender + rng.normal(0.0, 0.1, 100_000)
    taken = rng.random(100_000) < 0.02 * (1 + 2 * age) * np.where(gender, 1.0, 0.5)

    found = rake([Margin(age[taken], np.bincount(age)), Margin(gender[taken], np.bincount(gender))])

    assert abs(liked[taken].mean() - liked.mean()) > 0.02
    assert np.average(liked[taken], weights=found.weights) == pytest.approx(liked.mean(), abs=0.008)


def test_what_weights_cost_is_told(sample):
    found = rake(sample)

    assert found.design_effect == pytest.approx(np.mean(found.weights**2))
    assert found.effective_size == pytest.approx(400 / found.design_effect)
    assert 1.2 < found.design_effect < 4
    assert (design_effect(np.ones(5)), design_effect(np.zeros(5))) == (1.0, 1.0)


def test_cut_weights_leave_a_gap_that_is_told(sample):
    free, found = rake(sample), rake(sample, longest=1.8)

    assert free.weights.max() > 2.0
    assert found.weights.max() == pytest.approx(1.8)
    assert found.cut == np.sum(found.weights > 1.799)
    assert found.largest_gap == pytest.approx(max(margin.gap(found.weights) for margin in sample))
    assert found.largest_gap > 0.01
    assert found.effective_size > free.effective_size


def test_a_part_of_the_population_that_nobody_stands_for_is_named():
    with pytest.raises(EmptyCellError, match=r"margin 1: \[2\]\. Merge") as caught:
        rake([Margin(np.array([0, 1]), np.array([1.0, 1.0])), Margin(np.array([0, 1]), np.array([1.0, 1.0, 1.0]))])
    assert caught.value.cells == ((), (2,))


def test_people_whom_the_population_does_not_have_weigh_nothing():
    found = rake([Margin(np.array([0, 0, 1]), np.array([1.0, 0.0]))])

    assert found.weights.tolist() == [1.5, 1.5, 0.0]


def test_margins_that_contradict_each_other_are_refused():
    cell = np.array([0, 0, 1, 1])

    with pytest.raises(NotConvergedError, match="contradict each other"):
        rake([Margin(cell, np.array([0.5, 0.5])), Margin(cell, np.array([0.2, 0.8]))])


def test_what_is_no_margin_is_refused():
    margin = Margin(np.array([0, 1]), np.array([1.0, 1.0]))

    for work in (
        lambda: Margin(np.array([0, 2]), np.array([1.0, 1.0])),
        lambda: Margin(np.array([0]), np.array([-1.0, 2.0])),
        lambda: Margin(np.array([0]), np.array([0.0])),
        lambda: rake([]),
        lambda: rake([margin, Margin(np.array([0]), np.array([1.0]))]),
        lambda: rake([margin], longest=1.0),
    ):
        with pytest.raises(ValueError, match=r"Shares|Cells|Raking"):
            work()
