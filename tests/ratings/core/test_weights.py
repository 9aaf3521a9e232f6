import numpy as np
import pytest

from ratings.core.weights import effective_sample_size, inverse_probability_weights, post_stratification_weights

pytestmark = pytest.mark.unit


def test_equal_weights_keep_the_sample_and_uneven_ones_shrink_it():
    assert effective_sample_size(np.full(50, 3.0)) == pytest.approx(50)
    assert effective_sample_size(np.array([1.0, 1.0, 2.0, 0.0])) == pytest.approx(16 / 6)
    assert effective_sample_size(np.zeros(3)) == 0.0


def test_inverse_probability_weights_undo_an_uneven_draw():
    rng = np.random.default_rng(1)
    kind = rng.random(40_000) < 0.8
    value = np.where(kind, 1.0, 3.0)

    weights = inverse_probability_weights(np.where(kind, 0.8, 0.2))

    assert weights.mean() == pytest.approx(1.0)
    assert np.average(value, weights=weights) == pytest.approx(2.0, abs=0.02)


def test_long_weights_are_cut():
    weights = inverse_probability_weights(np.array([0.5, 0.5, 0.5, 0.001]), longest=3.0)

    np.testing.assert_allclose(weights, np.array([1, 1, 1, 3]) * 4 / 6)


def test_post_stratified_groups_have_their_shares():
    group = np.array([0] * 90 + [1] * 10)

    weights = post_stratification_weights(group, {0: 0.5, 1: 0.5, 2: 0.7})

    assert weights[group == 0].sum() == pytest.approx(weights[group == 1].sum())
    assert weights.sum() == pytest.approx(100)


def test_what_is_no_probability_or_share_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        inverse_probability_weights(np.array([0.5, 0.0]))
    with pytest.raises(ValueError, match=r"without one: \[1\]"):
        post_stratification_weights(np.array([0, 1]), {0: 1.0})
