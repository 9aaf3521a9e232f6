import numpy as np
import pytest

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.pooling import fit_category_tree
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit

TREE = {0: None, 1: 0, 2: 0, 3: 2}


def joined(parts):
    return Comparisons(
        parts[0].competitors,
        a=np.concatenate([part.a for part in parts]),
        b=np.concatenate([part.b for part in parts]),
        outcome=np.concatenate([part.outcome for part in parts]),
    )


def votes_by_category(truths, sizes, seed=1):
    rng = np.random.default_rng(seed)
    parts = [
        simulate(truth, size, Electorate(raters=50, tie_rate=0.0), rng)
        for truth, size in zip(truths, sizes, strict=True)
    ]
    return joined(parts), np.repeat(np.arange(1, len(sizes) + 1), sizes)


def test_a_category_with_many_votes_speaks_for_itself_and_one_with_few_leans_on_its_parent():
    truth = np.array([0.6, 0.2, -0.2, -0.6])
    comparisons, category = votes_by_category([truth, truth + np.array([0.5, 0, 0, -0.5]), truth], [6_000, 6_000, 12])

    found = fit_category_tree(comparisons, category, {0: None, 1: 0, 2: 0, 3: 0})

    alone = fit_bradley_terry(comparisons.select(category == 2)).strengths
    np.testing.assert_allclose(found[2].strengths, alone, atol=0.03)
    few = fit_bradley_terry(comparisons.select(category == 3)).strengths
    parent = found[0].strengths
    assert np.abs(found[3].strengths - parent).max() < 0.5 * np.abs(few - parent).max()
    assert (found[3].standard_deviations > found[2].standard_deviations).all()


def test_pooling_is_nearer_to_the_truth_than_fits_alone():
    rng = np.random.default_rng(2)
    base = rng.normal(0, 0.6, 6)
    truths = [base + rng.normal(0, 0.2, 6) for _ in range(8)]
    comparisons, category = votes_by_category(truths, [150] * 8)

    found = fit_category_tree(comparisons, category, {0: None} | dict.fromkeys(range(1, 9), 0))

    errors = {"pooled": 0.0, "alone": 0.0}
    for number, truth in enumerate(truths, start=1):
        target = truth - truth.mean()
        alone = fit_bradley_terry(comparisons.select(category == number)).strengths
        errors["pooled"] += np.sum((found[number].strengths - target) ** 2)
        errors["alone"] += np.sum((alone - target) ** 2)
    assert errors["pooled"] < 0.75 * errors["alone"]
    assert 0.07 < found[1].spread < 0.3


def test_a_category_without_votes_has_its_parents_strengths():
    comparisons, category = votes_by_category([np.array([0.5, -0.5])], [100])

    found = fit_category_tree(comparisons, category, TREE)

    np.testing.assert_allclose(found[3].strengths, found[2].strengths, atol=1e-9)
    assert found[3].comparisons == 0


def test_trees_that_are_none_are_refused():
    comparisons, category = votes_by_category([np.array([0.5, -0.5])], [10])

    with pytest.raises(ValueError, match="circle"):
        fit_category_tree(comparisons, category, {1: 2, 2: 1})
    with pytest.raises(ValueError, match="without a place"):
        fit_category_tree(comparisons, category, {0: None})
