import json
from pathlib import Path

import choix
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from ratings.core.bradley_terry import fit_bradley_terry, make_objective
from ratings.core.comparisons import Comparisons
from ratings.core.errors import DisconnectedError, NotConvergedError
from ratings.core.newton import is_sparse
from ratings.core.pairs import count_pairs
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit

GOLDEN = Path(__file__).parent / "golden"
TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")
# Wins of the row's team over the column's: American League East, 1987 (Agresti, Categorical Data Analysis, 2002, 10.6).
BASEBALL = np.array(
    [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ]
)


def from_wins(matrix, labels=None):
    a, b = np.nonzero(matrix)
    labels = tuple(str(index) for index in range(len(matrix))) if labels is None else labels
    return Comparisons(labels, a=a, b=b, outcome=np.ones(len(a)), weight=matrix[a, b].astype(float))


def some_comparisons(seed, *, competitors=6, votes=120):
    rng = np.random.default_rng(seed)
    return simulate(rng.normal(0, 1, competitors), votes, Electorate(raters=12), rng)


def naive_strengths(comparisons, precision):
    """One vote at a time, one coordinate at a time, by bisection on the score equation."""
    strengths = np.zeros(len(comparisons.competitors))
    for _ in range(400):
        for i in range(len(strengths)):
            low, high = -20.0, 20.0
            for _ in range(60):
                strengths[i] = 0.5 * (low + high)
                score = -precision * strengths[i]
                rows = zip(comparisons.a, comparisons.b, comparisons.outcome, comparisons.weights, strict=True)
                for a, b, outcome, weight in rows:
                    if i in (a, b):
                        excess = outcome - 1.0 / (1.0 + np.exp(strengths[b] - strengths[a]))
                        score += weight * (excess if a == i else -excess)
                low, high = (strengths[i], high) if score > 0 else (low, strengths[i])
        if abs(strengths.mean()) < 1e-13:
            break
    return strengths


def test_fit_gives_the_published_baseball_abilities():
    fit = fit_bradley_terry(from_wins(BASEBALL, TEAMS), prior_precision=0.0)

    abilities = fit.strengths - fit.strengths[-1]
    covariance = fit.inverse_information
    errors = np.sqrt(np.diag(covariance) + covariance[-1, -1] - 2 * covariance[-1])

    np.testing.assert_allclose(abilities, [1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839, 0.0], atol=5e-5)
    np.testing.assert_allclose(errors[:-1], [0.3433, 0.3396, 0.3367, 0.3359, 0.3339, 0.3319], atol=5e-5)


def test_fit_of_two_is_the_log_odds():
    fit = fit_bradley_terry(from_wins(np.array([[0, 30], [10, 0]])), prior_precision=0.0)

    np.testing.assert_allclose(fit.strengths, [np.log(3) / 2, -np.log(3) / 2], atol=1e-12)


def test_fit_equals_the_golden_file():
    golden = json.loads((GOLDEN / "bradley_terry.json").read_text())

    fit = fit_bradley_terry(some_comparisons(3), prior_precision=golden["prior_precision"])

    np.testing.assert_allclose(fit.strengths, golden["strengths"], atol=1e-9)
    np.testing.assert_allclose(fit.inverse_information, golden["inverse_information"], atol=1e-9)
    assert (fit.iterations, fit.converged, fit.gradient_norm < 1e-9) == (golden["iterations"], True, True)


@pytest.mark.parametrize("precision", [0.02, 0.25, 2.0])
def test_fit_agrees_with_choix(precision):
    comparisons = some_comparisons(11)
    pairs = count_pairs(comparisons)

    # choix minimises alpha * ||strengths||^2, without the half.
    theirs = choix.opt_pairwise(
        len(pairs.competitors),
        [
            (winner, loser)
            for low, high, score, total in zip(pairs.low, pairs.high, pairs.score, pairs.total, strict=True)
            for winner, loser, halves in ((low, high, 2 * score), (high, low, 2 * (total - score)))
            for _ in range(round(halves))
        ],
        alpha=precision,  # every vote stands twice in the list, as two halves
        tol=1e-14,
    )

    np.testing.assert_allclose(fit_bradley_terry(comparisons, prior_precision=precision).strengths, theirs, atol=1e-6)


def test_fit_agrees_with_a_naive_loop_over_votes():
    comparisons = some_comparisons(5, competitors=3, votes=25)

    fit = fit_bradley_terry(comparisons, prior_precision=0.5)

    np.testing.assert_allclose(fit.strengths, naive_strengths(comparisons, 0.5), atol=1e-6)


def test_fit_recovers_the_truth_from_many_votes():
    rng = np.random.default_rng(8)
    truth = rng.normal(0, 0.7, 8)
    comparisons = simulate(truth, 200_000, Electorate(raters=5_000, tie_rate=0.0), rng)

    strengths = fit_bradley_terry(comparisons).strengths

    np.testing.assert_allclose(strengths, truth - truth.mean(), atol=0.04)


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.permutations(range(6)))
def test_relabelling_competitors_relabels_strengths(seed, order):
    comparisons = some_comparisons(seed)
    position = np.argsort(order)
    relabelled = Comparisons(
        competitors=tuple(comparisons.competitors[index] for index in order),
        a=position[comparisons.a],
        b=position[comparisons.b],
        outcome=comparisons.outcome,
    )

    strengths = fit_bradley_terry(relabelled).strengths

    np.testing.assert_allclose(strengths, fit_bradley_terry(comparisons).strengths[order], atol=1e-9)


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_swapping_sides_changes_nothing_and_swapping_outcomes_negates(seed):
    c = some_comparisons(seed)
    strengths = fit_bradley_terry(c).strengths

    sides = fit_bradley_terry(Comparisons(c.competitors, a=c.b, b=c.a, outcome=1 - c.outcome)).strengths
    outcomes = fit_bradley_terry(Comparisons(c.competitors, a=c.a, b=c.b, outcome=1 - c.outcome)).strengths

    np.testing.assert_allclose(sides, strengths, atol=1e-12)
    np.testing.assert_allclose(outcomes, -strengths, atol=1e-9)


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_a_weight_is_as_good_as_so_many_repeats(seed, times):
    c = some_comparisons(seed)
    rows = np.tile(np.arange(len(c)), times)

    weighted = Comparisons(c.competitors, a=c.a, b=c.b, outcome=c.outcome, weight=np.full(len(c), float(times)))

    repeated = fit_bradley_terry(c.select(rows))
    np.testing.assert_allclose(fit_bradley_terry(weighted).strengths, repeated.strengths, atol=1e-10)


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_strengths_and_covariance_are_centred(seed):
    fit = fit_bradley_terry(some_comparisons(seed))

    np.testing.assert_allclose(fit.strengths.sum(), 0, atol=1e-10)
    np.testing.assert_allclose(fit.inverse_information.sum(axis=0), 0, atol=1e-10)


def test_inverse_information_inverts_the_information_on_differences():
    fit = fit_bradley_terry(some_comparisons(2), prior_precision=0.3)
    pairs, size = fit.pairs, len(fit.strengths)
    probability = expit(fit.strengths[pairs.low] - fit.strengths[pairs.high])
    incidence = pairs.incidence().toarray()

    information = incidence.T @ np.diag(pairs.total * probability * (1 - probability)) @ incidence + 0.3 * np.eye(size)

    np.testing.assert_allclose(information @ fit.inverse_information, np.eye(size) - 1 / size, atol=1e-10)


def test_undefeated_without_a_prior_raises_instead_of_inventing_a_number():
    comparisons = Comparisons.from_labels("aaab", "bbbc", [1, 1, 1, 1])

    with pytest.raises(NotConvergedError, match="prior_precision"):
        fit_bradley_terry(comparisons, prior_precision=0.0)


def test_undefeated_with_the_prior_stays_finite():
    comparisons = Comparisons.from_labels("a" * 1000, "b" * 1000, [1] * 1000)

    fit = fit_bradley_terry(comparisons)

    assert 2.0 < fit.strengths[0] < 6.0


def test_unconnected_competitors_are_not_fitted_together():
    comparisons = Comparisons.from_labels("aabccd", "bbaddc", [1, 0, 1, 1, 0, 1])

    with pytest.raises(DisconnectedError) as refusal:
        fit_bradley_terry(comparisons)

    assert refusal.value.components == (("a", "b"), ("c", "d"))


@pytest.mark.parametrize("precision", [-1.0, np.nan, np.inf])
def test_an_impossible_prior_is_refused(precision):
    with pytest.raises(ValueError, match="prior_precision"):
        fit_bradley_terry(some_comparisons(1), prior_precision=precision)


def test_too_few_iterations_raise():
    with pytest.raises(NotConvergedError, match="after 1 Newton steps"):
        fit_bradley_terry(some_comparisons(1), max_iterations=1)


@pytest.mark.parametrize("precision", [0.0, 0.25])
def test_many_competitors_are_solved_sparsely_to_the_same_optimum(precision):
    size = 1_200
    a = np.arange(size)
    b = (a + 1) % size
    weight = np.random.default_rng(1).integers(1, 9, (2, size)).astype(float)
    comparisons = Comparisons(
        tuple(str(number) for number in range(size)),
        a=np.concatenate([a, b, a]),
        b=np.concatenate([b, a, (a + 7) % size]),
        outcome=np.concatenate([np.ones(2 * size), np.full(size, 0.5)]),
        weight=np.concatenate([weight[0], weight[1], np.ones(size)]),
    )
    objective = make_objective(count_pairs(comparisons), precision)

    fit = fit_bradley_terry(comparisons, prior_precision=precision)

    assert is_sparse(objective, size)
    assert np.abs(objective.gradient(fit.strengths)).max() < 1e-8
    assert abs(fit.strengths.sum()) < 1e-9


def test_counting_beyond_the_dense_limit_gives_the_same_pairs(monkeypatch):
    comparisons = some_comparisons(4)
    dense = count_pairs(comparisons)
    monkeypatch.setattr("ratings.core.pairs.DENSE_COMPETITORS", 3)

    sparse = count_pairs(comparisons)

    for name in ("low", "high", "wins", "ties", "losses"):
        assert getattr(sparse, name).tolist() == getattr(dense, name).tolist()
