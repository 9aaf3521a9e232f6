import numpy as np
import pytest
from scipy.special import expit

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.errors import MissingColumnError, NotConvergedError
from ratings.core.sandwich import estimate_sandwich, sandwich_covariance
from ratings.core.scale import centred_covariance
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit


def votes(count=400, raters=25):
    rng = np.random.default_rng(31)
    return simulate(rng.normal(0, 0.6, 5), count, Electorate(raters=raters, taste_sd=0.5, activity_sd=0.8), rng)


def design(comparisons):
    """One row per vote: +1, -1."""
    rows = np.arange(len(comparisons))
    matrix = np.zeros((len(comparisons), len(comparisons.competitors)))
    matrix[rows, comparisons.a], matrix[rows, comparisons.b] = 1.0, -1.0
    return matrix


@pytest.mark.parametrize("correction", ["CR0", "CV3"])
def test_sandwich_by_rater_equals_a_loop_over_raters(correction):
    comparisons = votes()
    fit = fit_bradley_terry(comparisons)
    x = design(comparisons)
    probability = expit(x @ fit.strengths)
    size = x.shape[1]
    information = x.T @ np.diag(probability * (1 - probability)) @ x + fit.prior_precision * np.eye(size)

    moves = []
    groups = np.unique(comparisons.rater)
    for rater in groups:
        own = comparisons.rater == rater
        score = x[own].T @ (comparisons.outcome[own] - probability[own])
        without = information.copy()
        if correction == "CV3":
            without -= x[own].T @ np.diag((probability * (1 - probability))[own]) @ x[own]
        moves.append(np.linalg.solve(without, score))
    bread = np.linalg.inv(information)
    shrink = (len(groups) - 1) / len(groups) if correction == "CV3" else 1.0
    centre = np.eye(size) - 1 / size
    naive = shrink * np.array(moves).T @ np.array(moves) + fit.prior_precision * centre @ bread @ bread @ centre

    covariance = sandwich_covariance(comparisons, fit, correction=correction)

    np.testing.assert_allclose(covariance, naive, atol=1e-10)


@pytest.mark.parametrize("correction", ["CR0", "CV3"])
def test_sandwich_by_vote_counts_alike_votes_as_often_as_they_came(correction):
    comparisons = votes()
    fit = fit_bradley_terry(comparisons)
    apart = Comparisons(
        comparisons.competitors,
        a=comparisons.a,
        b=comparisons.b,
        outcome=comparisons.outcome,
        rater=np.arange(len(comparisons)),
    )

    by_vote = estimate_sandwich(comparisons, fit, cluster="vote", correction=correction)
    one_by_one = estimate_sandwich(apart, fit, correction=correction)

    np.testing.assert_allclose(by_vote.covariance, one_by_one.covariance, atol=1e-12)
    np.testing.assert_allclose(by_vote.degrees, one_by_one.degrees, rtol=1e-9)


def test_sandwich_does_not_shrink_the_unseen_to_certainty():
    comparisons = Comparisons.from_labels("aaa", "bbb", [1, 1, 1], rater=[0, 1, 2])
    fit = fit_bradley_terry(comparisons)

    deviation = np.sqrt(np.diag(sandwich_covariance(comparisons, fit)))

    assert (deviation > 0.5).all()


def test_cv3_without_a_prior_refuses_who_rests_on_one_rater():
    comparisons = Comparisons.from_labels("aabbac", "bbaaca", [1, 0, 1, 0, 1, 1], rater=[0, 1, 0, 1, 2, 2])
    fit = fit_bradley_terry(comparisons, prior_precision=0.0)

    with pytest.raises(NotConvergedError, match="CR0"):
        sandwich_covariance(comparisons, fit)


def test_sandwich_by_prompt_needs_prompts():
    comparisons = votes()

    with pytest.raises(MissingColumnError, match="prompt"):
        sandwich_covariance(comparisons, fit_bradley_terry(comparisons), cluster="prompt")


def test_effective_degrees_of_freedom_are_those_of_equal_raters_when_they_are_equal():
    rng = np.random.default_rng(5)
    raters, each = 40, 90
    base = simulate(np.zeros(4), raters * each, Electorate(raters=1), rng)
    comparisons = Comparisons(
        base.competitors, a=base.a, b=base.b, outcome=base.outcome, rater=np.repeat(np.arange(raters), each)
    )

    degrees = estimate_sandwich(comparisons, fit_bradley_terry(comparisons)).degrees

    assert ((degrees > 20) & (degrees <= raters - 1)).all(), degrees


def test_effective_degrees_of_freedom_notice_a_rater_who_casts_most_votes():
    base = votes(count=2_000, raters=100)
    heavy = Comparisons(
        base.competitors,
        a=base.a,
        b=base.b,
        outcome=base.outcome,
        rater=np.where(np.arange(2_000) < 1_200, 0, base.rater + 1),
    )

    degrees = estimate_sandwich(heavy, fit_bradley_terry(heavy)).degrees

    assert np.median(degrees) < 30


def test_standard_errors_centred_on_one_group_are_those_of_shifted_strengths():
    comparisons = votes()
    fit = fit_bradley_terry(comparisons)
    anchors = np.array([True, True, False, False, True])

    shifted = estimate_sandwich(comparisons, fit, anchors=anchors)

    expected = centred_covariance(sandwich_covariance(comparisons, fit), anchors)
    np.testing.assert_allclose(shifted.covariance, expected, atol=1e-12)
    np.testing.assert_allclose(shifted.standard_errors, np.sqrt(np.diag(expected)), atol=1e-9)


def test_two_way_sandwich_is_the_rater_one_when_every_vote_has_its_own_prompt():
    base = votes()
    comparisons = Comparisons(
        base.competitors, a=base.a, b=base.b, outcome=base.outcome, rater=base.rater, prompt=np.arange(len(base))
    )
    fit = fit_bradley_terry(comparisons)

    both = sandwich_covariance(comparisons, fit, cluster="two-way", correction="CR0")

    np.testing.assert_allclose(both, sandwich_covariance(comparisons, fit, correction="CR0"), atol=1e-12)
