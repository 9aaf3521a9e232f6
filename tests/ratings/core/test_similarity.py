import numpy as np
import pytest

from ratings.core.parts import PartFits
from ratings.core.similarity import group_similarity

pytestmark = pytest.mark.unit

SIZE = 12


def fits_of(strengths, sd):
    """Return what `fit_parts` would about groups known up to independent errors."""
    groups, size = strengths.shape
    centre = np.eye(size) - 1.0 / size
    covariance = np.zeros((groups, size, groups, size))
    covariance[np.arange(groups), :, np.arange(groups)] = sd**2 * centre
    labels = tuple(str(number) for number in range(size))
    centred = strengths - strengths.mean(axis=1, keepdims=True)
    return PartFits(labels, centred, covariance, np.full((groups, size), 50.0))


def noisy(truths, sd, rng):
    return fits_of(truths + rng.normal(0.0, sd, truths.shape), sd)


def test_groups_known_without_noise_have_the_plain_correlation():
    truths = np.random.default_rng(1).normal(size=(3, SIZE))

    found = group_similarity(fits_of(truths, 1e-6), rng=np.random.default_rng(2))

    np.testing.assert_allclose(found.correlation, np.corrcoef(truths), atol=1e-6)
    np.testing.assert_allclose(found.lower, found.upper, atol=1e-4)


def test_noise_lowers_the_plain_correlation_and_not_the_corrected_one():
    rng = np.random.default_rng(3)
    base, own = rng.normal(0.0, 0.6, SIZE), rng.normal(0.0, 0.3, (2, SIZE))
    truths = base + own
    true = np.corrcoef(truths)[0, 1]
    plain, corrected, held = [], [], []

    for _ in range(150):
        fits = noisy(truths, 0.3, rng)
        found = group_similarity(fits, rng=rng)
        plain.append(np.corrcoef(fits.strengths)[0, 1])
        corrected.append(found.correlation[0, 1])
        held.append(found.lower[0, 1] <= true <= found.upper[0, 1])

    assert np.mean(plain) < true - 0.06
    assert np.median(corrected) == pytest.approx(true, abs=0.03)
    assert np.mean(held) >= 0.9


def test_a_group_without_differences_beyond_noise_says_nothing():
    truths = np.array([np.linspace(-1, 1, SIZE), np.linspace(-0.001, 0.001, SIZE)])

    found = group_similarity(fits_of(truths, 0.3), rng=np.random.default_rng(4))

    assert np.isnan(found.correlation[0, 1])
    assert (found.lower[1, 0], found.upper[1, 0], found.correlation[1, 1]) == (-1.0, 1.0, 1.0)


def test_noise_that_groups_share_is_no_agreement():
    truths = np.random.default_rng(5).normal(0.0, 0.6, (2, SIZE))
    fits = fits_of(truths, 0.3)
    fits.covariance[0, :, 1] = fits.covariance[1, :, 0] = 0.8 * fits.covariance[0, :, 0]

    found = group_similarity(fits, rng=np.random.default_rng(6))

    # Each group's noise is 0.09 for each of eleven free strengths, and four fifths of it is common.
    products = fits.strengths @ fits.strengths.T - 0.99 * np.array([[1.0, 0.8], [0.8, 1.0]])
    expected = products[0, 1] / np.sqrt(products[0, 0] * products[1, 1])
    assert found.correlation[0, 1] == pytest.approx(expected)
    alone = group_similarity(fits_of(truths, 0.3), rng=np.random.default_rng(6))
    assert found.upper[0, 1] - found.lower[0, 1] < 0.9 * (alone.upper[0, 1] - alone.lower[0, 1])
