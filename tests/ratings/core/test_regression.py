import csv
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.compiled_rows import DAVIDSON, HALF, RAO_KUPPER, accumulate, row_derivatives
from ratings.core.errors import MissingColumnError, NotConvergedError
from ratings.core.prediction import predict_outcomes
from ratings.core.regression import SIDE, fit_regression
from ratings.core.regression_uncertainty import estimate_regression_uncertainty
from ratings.core.validation import score_predictions

pytestmark = pytest.mark.unit

STEP = 1e-5


def with_style(seed, *, votes=4_000, side=0.2, raters=200, threshold=0.3):
    """Votes whose truth is Rao and Kupper's model with two covariates of different scales and a side effect."""
    rng = np.random.default_rng(seed)
    strengths = rng.normal(0, 0.6, 6)
    a = rng.integers(0, 6, votes)
    b = (a + rng.integers(1, 6, votes)) % 6
    covariates = rng.normal(size=(votes, 2)) * [1.0, 30.0]
    difference = strengths[a] - strengths[b] + covariates @ [0.25, -0.4 / 30.0] + side
    draw = rng.random(votes)
    win, loss = expit(difference - threshold), expit(-difference - threshold)
    outcome = np.where(draw < win, 1.0, np.where(draw < win + loss, 0.0, 0.5))
    return strengths - strengths.mean(), Comparisons(
        tuple("abcdef"),
        a=a,
        b=b,
        outcome=outcome,
        rater=rng.integers(0, raters, votes),
        covariates=covariates,
        covariate_names=("length", "headings"),
    )


@pytest.mark.parametrize("model", [HALF, DAVIDSON, RAO_KUPPER])
@pytest.mark.parametrize("outcome", [0.0, 0.5, 1.0])
def test_derivatives_of_a_row_are_finite_differences(model, outcome):
    def at(difference, tie):
        into = np.zeros(6)
        row_derivatives(model, difference, tie, outcome, into)
        return into

    for difference, tie in ((0.3, 0.4), (-2.0, 0.9), (5.0, 0.1)):
        here = at(difference, tie)
        along = (at(difference + STEP, tie) - at(difference - STEP, tie)) / (2 * STEP)
        across = (at(difference, tie + STEP) - at(difference, tie - STEP)) / (2 * STEP)
        np.testing.assert_allclose(here[1:3], [along[0], across[0]], atol=1e-8)
        np.testing.assert_allclose(here[3:], [-along[1], -along[2], -across[2]], atol=1e-7)


@pytest.mark.parametrize("model", [DAVIDSON, RAO_KUPPER])
def test_probabilities_of_the_three_outcomes_add_up(model):
    into, total = np.zeros(6), 0.0
    for outcome in (0.0, 0.5, 1.0):
        row_derivatives(model, 1.3, 0.7, outcome, into)
        total += np.exp(into[0])

    assert total == pytest.approx(1.0, abs=1e-12)


@pytest.mark.property
@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([HALF, DAVIDSON, RAO_KUPPER]))
def test_gradient_and_information_of_rows_are_finite_differences(seed, model):
    rng = np.random.default_rng(seed)
    a, b = np.array([0, 1, 2, 0]), np.array([1, 2, 0, 2])
    outcome, weight = np.array([1.0, 0.5, 0.0, 0.5]), rng.gamma(1.0, size=4)
    features = rng.normal(size=(4, 2))
    width = 5 if model == HALF else 6
    parameters = np.append(rng.normal(size=5), 0.8)[:width]

    def look(at):
        gradient, information = np.zeros(width), np.zeros((width, width))
        value = accumulate(model, a, b, outcome, weight, features, at, 3, gradient, information)
        return value, gradient, information + np.tril(information, -1).T

    _, gradient, information = look(parameters)
    steps = STEP * np.eye(width)
    numeric = [(look(parameters + d)[0] - look(parameters - d)[0]) / (2 * STEP) for d in steps]
    bent = [(look(parameters - d)[1] - look(parameters + d)[1]) / (2 * STEP) for d in steps]

    np.testing.assert_allclose(gradient, numeric, atol=1e-7)
    np.testing.assert_allclose(information, bent, atol=1e-7)


def test_without_covariates_and_ties_as_halves_it_is_bradley_terry():
    _, comparisons = with_style(1)

    fit = fit_regression(comparisons, covariates=False)

    plain = fit_bradley_terry(comparisons)
    np.testing.assert_allclose(fit.strengths, plain.strengths, atol=1e-12)
    np.testing.assert_allclose(fit.inverse_information, plain.inverse_information, atol=1e-12)


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
def test_everything_is_recovered_from_many_votes(ties):
    truth, comparisons = with_style(2, votes=60_000)

    fit = fit_regression(comparisons, ties=ties, side=True)

    assert fit.coefficient_names == ("length", "headings", SIDE)
    if ties == "rao-kupper":
        np.testing.assert_allclose(fit.strengths, truth, atol=0.06)
        np.testing.assert_allclose(fit.coefficients, [0.25, -0.4, 0.2], atol=0.02)
        assert fit.tie_parameter == pytest.approx(0.3, abs=0.02)
    assert fit.gradient_norm < 1e-7
    assert np.corrcoef(fit.strengths, truth)[0, 1] > 0.999


def test_a_style_coefficient_of_half_win_ties_is_within_five_percent_when_there_are_no_ties():
    _, comparisons = with_style(3, votes=200_000, threshold=0.0, side=0.0)

    fit = fit_regression(comparisons)

    np.testing.assert_allclose(fit.coefficients / [0.25, -0.4], 1.0, atol=0.05)


def test_swapping_sides_negates_the_side_effect_and_keeps_the_rest():
    _, c = with_style(4)
    swapped = Comparisons(
        c.competitors,
        a=c.b,
        b=c.a,
        outcome=1 - c.outcome,
        covariates=-c.covariates,
        covariate_names=c.covariate_names,
    )

    one, two = (fit_regression(data, ties="davidson", side=True) for data in (c, swapped))

    np.testing.assert_allclose(one.strengths, two.strengths, atol=1e-9)
    np.testing.assert_allclose(one.coefficients * [1, 1, -1], two.coefficients, atol=1e-9)
    assert one.tie_parameter == pytest.approx(two.tie_parameter, abs=1e-9)


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper"])
def test_a_weight_is_as_good_as_so_many_repeats(ties):
    _, c = with_style(5, votes=500)
    weighted = Comparisons(
        c.competitors,
        a=c.a,
        b=c.b,
        outcome=c.outcome,
        weight=np.full(500, 3.0),
        covariates=c.covariates,
        covariate_names=c.covariate_names,
    )

    repeated = fit_regression(c.select(np.tile(np.arange(500), 3)), ties=ties)

    np.testing.assert_allclose(fit_regression(weighted, ties=ties).parameters, repeated.parameters, atol=1e-8)


def test_tie_models_fall_back_to_half_wins_when_nobody_tied():
    c = Comparisons.from_labels("aabb", "bbaa", [1, 0, 1, 1])

    fit = fit_regression(c, ties="davidson", covariates=False)

    assert (fit.ties, fit.tie_parameter) == ("half", None)


def test_davidson_of_two_has_the_closed_form():
    c = Comparisons.from_labels("aaa", "bbb", [1, 0.5, 0], weight=[30, 20, 10])

    fit = fit_regression(c, ties="davidson", covariates=False, prior_precision=0.0)

    # P(a) : P(tie) : P(b) = 30 : 20 : 10 = e^(d/2) : e^t : e^(-d/2)
    assert fit.strengths[0] - fit.strengths[1] == pytest.approx(np.log(3), abs=1e-9)
    assert fit.tie_parameter == pytest.approx(np.log(20 / np.sqrt(300)), abs=1e-9)


def test_covariates_that_are_multiples_of_each_other_are_refused():
    _, c = with_style(6, votes=300)
    doubled = Comparisons(
        c.competitors,
        a=c.a,
        b=c.b,
        outcome=c.outcome,
        covariates=np.stack([c.covariates[:, 0], 2 * c.covariates[:, 0]], axis=1),
        covariate_names=("x", "y"),
    )

    with pytest.raises(NotConvergedError, match="multiples"):
        fit_regression(doubled)


def test_the_log_likelihood_is_the_sum_over_votes_with_and_without_weights():
    _, comparisons = with_style(7, votes=500)
    columns = {name: getattr(comparisons, name) for name in ("a", "b", "outcome", "covariates", "covariate_names")}
    weight = 1.0 + np.arange(500) % 3

    for data in (comparisons, Comparisons(comparisons.competitors, **columns, weight=weight)):
        fit = fit_regression(data)
        difference = fit.strengths[data.a] - fit.strengths[data.b] + data.covariates / fit.scales @ fit.coefficients
        expected = data.weights @ (data.outcome * difference - np.logaddexp(0.0, difference))
        assert fit.log_likelihood == pytest.approx(expected, rel=1e-12)


def test_covariates_are_divided_by_their_standard_deviation_and_constant_ones_by_nothing():
    _, comparisons = with_style(8, votes=3_000)
    columns = {name: getattr(comparisons, name) for name in ("competitors", "a", "b", "outcome")}
    covariates = np.column_stack([comparisons.covariates + 3.0, np.full(3_000, 0.1)])

    fit = fit_regression(Comparisons(**columns, covariates=covariates, covariate_names=("x", "y", "same")))

    np.testing.assert_allclose(fit.scales[:2], comparisons.covariates.std(axis=0), rtol=1e-9)
    assert fit.scales[2] == 1.0


def test_covariates_must_be_there():
    with pytest.raises(MissingColumnError, match="covariates"):
        fit_regression(Comparisons.from_labels("ab", "ba", [1, 1]))


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper"])
def test_jackknife_of_a_regression_equals_leaving_raters_out_one_by_one(ties):
    _, c = with_style(7, votes=600, raters=12)
    fit = fit_regression(c, ties=ties, side=True, tolerance=1e-12)
    moves = []
    for rater in range(12):
        without = fit_regression(c.select(c.rater != rater), ties=ties, side=True)
        scaled = without.parameters.copy()
        scaled[6:9] *= fit.scales / without.scales
        moves.append(fit.parameters - scaled)
    moves = np.array(moves)

    found = estimate_regression_uncertainty(c, fit, rng=np.random.default_rng(0))

    # One Newton step instead of a full refit: close, not equal.
    expected = 11 / 12 * moves.T @ moves
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), np.sqrt(np.diag(expected)), rtol=0.1)


def test_bootstrap_of_a_regression_agrees_with_its_sandwich():
    _, c = with_style(8, votes=6_000, raters=300)
    fit = fit_regression(c, ties="davidson", side=True)

    one, two = (
        estimate_regression_uncertainty(c, fit, rng=np.random.default_rng(1), method=method, replicates=2_000)
        for method in ("bootstrap", "sandwich")
    )

    ratio = (one.intervals.upper - one.intervals.lower) / (two.intervals.upper - two.intervals.lower)
    assert ((ratio > 0.9) & (ratio < 1.15)).all(), ratio


def test_intervals_of_coefficients_cover_in_small_samples():
    held = []
    for seed in range(150):
        _, c = with_style(seed, votes=500, raters=40)
        fit = fit_regression(c, ties="rao-kupper", side=True)
        found = estimate_regression_uncertainty(c, fit, rng=np.random.default_rng(0), replicates=10).intervals
        truth = np.array([0.25, -0.4, 0.2]) * np.append(fit.scales[:2] / [1.0, 30.0], 1.0)
        held.append((found.lower[6:9] <= truth) & (truth <= found.upper[6:9]))

    assert 0.92 <= np.mean(held) <= 0.985


@pytest.mark.parametrize("folder", ["llmfao", "pandalm_human"])
def test_tie_models_predict_real_votes_better_than_half_wins(folder):
    root = os.environ.get("PARALLAX_DATA")
    if not root:
        pytest.skip("PARALLAX_DATA is not set: it names the folder of real votes")
    with (Path(root) / folder / "votes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    outcomes = {"a": 1.0, "tie": 0.5, "b": 0.0}
    votes = Comparisons.from_labels(
        [row["a"] for row in rows], [row["b"] for row in rows], [outcomes[row["winner"]] for row in rows]
    )
    held_out = np.random.default_rng(1).random(len(votes)) < 0.3

    losses = {}
    for ties in ("half", "davidson", "rao-kupper"):
        fit = fit_regression(votes.select(~held_out), ties=ties, covariates=False)
        later = votes.select(held_out)
        losses[ties] = score_predictions(predict_outcomes(fit, later), later.outcome).log_loss

    assert min(losses["davidson"], losses["rao-kupper"]) < losses["half"]
