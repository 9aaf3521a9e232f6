import numpy as np
import pytest
from scipy.stats import multivariate_normal

from ratings.core.comparisons import Comparisons
from ratings.core.errors import DisconnectedError, MissingColumnError
from ratings.core.shrinkage import SPREADS, _shrink, shrink_groups
from ratings.core.simulation import Electorate, pseudo_truth, simulate

pytestmark = pytest.mark.unit

TASTES = Electorate(raters=25, taste_sd=0.6, activity_sd=0.7)


def simulated(truths, votes, rng, electorate=TASTES):
    """Return comparisons of groups with these strengths, and the group of each rater."""
    parts = [simulate(truth, size, electorate, rng) for truth, size in zip(truths, votes, strict=True)]
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("a", "b", "outcome")}
    rater = np.concatenate([part.rater + electorate.raters * number for number, part in enumerate(parts)])
    group = np.repeat(np.arange(len(parts)), electorate.raters)
    return Comparisons(parts[0].competitors, **columns, rater=rater), group


def test_shrinking_is_that_of_normal_distributions_written_out():
    rng = np.random.default_rng(3)
    alone, errors = rng.normal(0.0, 0.5, (4, 5)), rng.uniform(0.1, 0.4, (4, 5))

    strengths, variances, common, spread = _shrink(alone, errors)

    density, means, squares = [], [], []
    for tau in SPREADS:
        own, value, mean, square = 0.8 * tau**2, 0.0, np.empty((4, 5)), np.empty((4, 5))
        for i in range(5):
            # A nearly flat prior for what is common, and all groups as one normal vector.
            joint = np.full((4, 4), 1e6) + np.diag(np.full(4, own))
            seen = joint + np.diag(errors[:, i] ** 2)
            value += 0.8 * multivariate_normal.logpdf(alone[:, i], cov=seen)
            gain = joint @ np.linalg.inv(seen)
            mean[:, i], square[:, i] = gain @ alone[:, i], np.diag(joint - gain @ joint)
        density.append(value)
        means.append(mean)
        squares.append(square)
    share = np.exp(np.array(density) - max(density)) * np.gradient(SPREADS)
    share /= share.sum()
    expected = np.tensordot(share, means, axes=1)
    np.testing.assert_allclose(strengths, expected - expected.mean(axis=1, keepdims=True), atol=1e-4)
    moved = np.tensordot(share, (np.array(means) - expected) ** 2, axes=1)
    np.testing.assert_allclose(variances, np.tensordot(share, squares, axes=1) + moved, rtol=1e-3, atol=1e-4)
    assert spread == pytest.approx(share @ SPREADS, rel=1e-4)
    assert common.shape == (5,)


def test_a_group_with_many_votes_speaks_for_itself_and_one_with_few_leans_on_the_others():
    rng = np.random.default_rng(1)
    truths = [rng.normal([0.6, 0.2, -0.2, -0.6], 0.3) for _ in range(6)]
    data, group = simulated(truths, [4_000] * 5 + [60], rng, Electorate(raters=30))

    found = shrink_groups(data, group)

    moved = np.abs(found.strengths - found.alone).mean(axis=1)
    assert moved[:5].max() < 0.05
    assert moved[5] > 0.1
    apart = np.abs(found.alone - found.common).mean(axis=1), np.abs(found.strengths - found.common).mean(axis=1)
    assert apart[1][5] < 0.7 * apart[0][5]
    assert ((found.upper - found.lower)[5] < 2 * 1.96 * found.errors[5]).all()
    assert 0.15 < found.spread < 0.5


def test_intervals_of_shrunk_groups_hold_and_are_shorter_than_those_of_groups_alone():
    held, widths, errors = [], [], []
    for seed in range(20):
        rng = np.random.default_rng([seed, 4])
        truths = rng.normal(0.0, 0.5, 5) + rng.normal(0.0, 0.25, (8, 5))
        expected = np.array([pseudo_truth(truth, TASTES) for truth in truths])
        found = shrink_groups(*simulated(truths, rng.integers(150, 500, 8), rng))
        held.append((found.lower <= expected) & (expected <= found.upper))
        widths.append(np.mean(found.upper - found.lower) / np.mean(2 * 1.96 * found.errors))
        errors.append([np.mean((each - expected) ** 2) for each in (found.strengths, found.alone)])

    # 800 intervals in 20 data sets leave a point of chance.
    assert 0.925 <= np.mean(held) <= 0.98
    assert np.mean(widths) < 0.85
    shrunk, alone = np.mean(errors, axis=0)
    assert shrunk < 0.65 * alone


def test_a_competitor_that_a_group_never_met_is_where_the_others_have_it():
    rng = np.random.default_rng(5)
    data, group = simulated([np.array([0.8, 0.0, -0.8])] * 3, [900] * 3, rng)
    kept = data.select((group[data.rater] > 0) | ((data.a != 0) & (data.b != 0)))

    found = shrink_groups(kept, group)

    assert abs(found.strengths[0, 0] - found.common[0]) < 0.15
    assert found.errors[0, 0] > 3 * found.errors[1, 0]


def test_what_cannot_be_shrunk_is_refused():
    data, group = simulated([np.array([0.5, -0.5, 0.0])] * 2, [200] * 2, np.random.default_rng(7))
    nobody = Comparisons(data.competitors, a=data.a, b=data.b, outcome=data.outcome)

    for comparisons, labels, prior, error in (
        (data, group, 0.0, ValueError),
        (data, np.zeros(50, dtype=int), 0.25, ValueError),
        (data, np.where(np.arange(50) < 9, 0, 1), 0.25, ValueError),
        (nobody, group, 0.25, MissingColumnError),
        (data.select(data.a + data.b == 1), group, 0.25, DisconnectedError),
    ):
        with pytest.raises(error):
            shrink_groups(comparisons, labels, prior_precision=prior)
