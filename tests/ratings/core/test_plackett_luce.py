import choix
import numpy as np
import pytest

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.errors import NotConvergedError
from ratings.core.plackett_luce import _look, fit_plackett_luce

pytestmark = pytest.mark.unit


def draw_rankings(strengths, count, length, seed=1):
    rng = np.random.default_rng(seed)
    noise = strengths + rng.gumbel(size=(count, len(strengths)))
    chosen = np.argsort(rng.random((count, len(strengths))), axis=1)[:, :length]
    order = np.argsort(-np.take_along_axis(noise, chosen, axis=1), axis=1)
    return np.take_along_axis(chosen, order, axis=1)


def test_rankings_of_two_are_bradley_terry():
    rankings = draw_rankings(np.array([1.0, 0.0, -0.5, -0.5]), 300, 2)

    fit = fit_plackett_luce(rankings, 4)

    plain = fit_bradley_terry(Comparisons(tuple("abcd"), a=rankings[:, 0], b=rankings[:, 1], outcome=np.ones(300)))
    np.testing.assert_allclose(fit.strengths, plain.strengths, atol=1e-9)
    np.testing.assert_allclose(fit.inverse_information, plain.inverse_information, atol=1e-9)


def test_fit_agrees_with_choix():
    rankings = draw_rankings(np.array([1.0, 0.3, 0.0, -0.5, -0.8]), 60, 4)

    theirs = choix.opt_rankings(5, [tuple(row) for row in rankings], alpha=0.05, tol=1e-12)

    # choix minimises alpha * ||strengths||^2, without the half.
    np.testing.assert_allclose(fit_plackett_luce(rankings, 5, prior_precision=0.1).strengths, theirs, atol=1e-5)


def test_truth_is_recovered_also_from_rankings_of_different_lengths():
    truth = np.array([0.8, 0.2, -0.1, -0.9])
    rankings = draw_rankings(truth, 20_000, 4)
    rankings[::2, 2:] = -1  # the rest unseen: choose what is left at random instead of the lowest
    pairs = draw_rankings(truth, 10_000, 2, seed=5)
    rankings[::2, :2] = pairs

    np.testing.assert_allclose(fit_plackett_luce(rankings, 4).strengths, truth, atol=0.05)


def test_gradient_and_information_are_finite_differences():
    rankings = np.array([[0, 1, 2], [2, 0, -1], [1, 2, 0]])
    at, steps = np.array([0.3, -0.2, 0.1]), 1e-5 * np.eye(3)

    _, gradient, information = _look(rankings, at, 0.2)

    numeric = [(_look(rankings, at + d, 0.2)[0] - _look(rankings, at - d, 0.2)[0]) / 2e-5 for d in steps]
    bent = [(_look(rankings, at - d, 0.2)[1] - _look(rankings, at + d, 0.2)[1]) / 2e-5 for d in steps]
    np.testing.assert_allclose(gradient, numeric, atol=1e-8)
    np.testing.assert_allclose(information, bent, atol=1e-8)


@pytest.mark.parametrize("rankings", [[[0, 0]], [[0, 5]], [[-2, 1]]])
def test_impossible_rankings_are_refused(rankings):
    with pytest.raises(ValueError, match="competitor"):
        fit_plackett_luce(np.array(rankings), 3)


def test_who_always_wins_has_no_optimum_without_a_prior():
    with pytest.raises(NotConvergedError):
        fit_plackett_luce(np.array([[0, 1, 2], [0, 2, 1]]), 3, prior_precision=0.0)
