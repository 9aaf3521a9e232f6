import numpy as np
import pytest

from ratings.core.scale import centred, centred_covariance, preferred_share, rating

pytestmark = pytest.mark.unit


def test_rating_gives_400_points_for_odds_of_ten():
    np.testing.assert_allclose(rating(np.array([0.0, np.log(10.0)])), [1000.0, 1400.0])


def test_preferred_share_is_ten_to_one_at_400_points_and_stable_far_out():
    shares = [preferred_share(points) for points in (400.0, 0.0, -400.0, 1e6, -1e6)]

    np.testing.assert_allclose(shares, [10 / 11, 1 / 2, 1 / 11, 1.0, 0.0], atol=1e-12)


def test_centred_makes_the_anchors_of_each_fit_average_zero():
    fits = np.array([[1.0, 3.0, 8.0], [0.0, 5.0, 1.0]])

    shifted = centred(fits, np.array([True, True, False]))

    np.testing.assert_allclose(shifted, [[-1.0, 1.0, 6.0], [-2.5, 2.5, -1.5]])


def test_centred_covariance_is_that_of_centred_draws():
    draws = np.random.default_rng(3).normal(size=(50, 4)) @ np.random.default_rng(4).normal(size=(4, 4))
    anchors = np.array([True, False, True, True])

    covariance = centred_covariance(np.cov(draws, rowvar=False), anchors)

    np.testing.assert_allclose(covariance, np.cov(centred(draws, anchors), rowvar=False), atol=1e-12)
