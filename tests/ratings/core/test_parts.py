import numpy as np
import pytest

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.errors import DisconnectedError, MissingColumnError
from ratings.core.objective import BradleyTerryObjective
from ratings.core.parts import fit_parts
from ratings.core.sandwich import estimate_sandwich
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def comparisons():
    truth = np.array([0.6, 0.2, -0.2, -0.6])
    return simulate(truth, 600, Electorate(raters=25, taste_sd=0.7), np.random.default_rng(4))


@pytest.fixture(scope="module")
def part():
    return np.random.default_rng(5).integers(0, 3, 600)


def test_a_single_part_is_the_fit_of_all_comparisons(comparisons):
    found = fit_parts(comparisons, np.zeros(600, dtype=int))

    fit = fit_bradley_terry(comparisons)
    sandwich = estimate_sandwich(comparisons, fit)
    np.testing.assert_allclose(found.strengths, [fit.strengths])
    np.testing.assert_allclose(found.covariance[0, :, 0], sandwich.covariance, atol=1e-12)
    np.testing.assert_allclose(found.degrees, [sandwich.degrees])


def leave_out_each_rater(comparisons, part, prior, count):
    """Return the covariance as a loop over raters: one Newton step without each, in every part at once."""
    size, raters = len(comparisons.competitors), np.unique(comparisons.rater)
    centre = np.eye(size) - 1.0 / size
    total, noise = np.zeros((count * size,) * 2), np.zeros((count * size,) * 2)
    inverses = []
    for k in range(count):
        strengths = fit_bradley_terry(comparisons.select(part == k), prior_precision=prior).strengths
        inverses.append((strengths, derivatives(comparisons.select(part == k), strengths)[1] + prior * np.eye(size)))
        own = slice(k * size, (k + 1) * size)
        inverse = centre @ np.linalg.inv(inverses[k][1]) @ centre
        noise[own, own] = prior * inverse @ inverse
    for rater in raters:
        steps = []
        for k, (strengths, information) in enumerate(inverses):
            gone = comparisons.select((part == k) & (comparisons.rater == rater))
            score, bent = derivatives(gone, strengths)
            steps.append(centre @ np.linalg.solve(information - bent, score))
        step = np.concatenate(steps)
        total += np.outer(step, step)
    return total * (len(raters) - 1) / len(raters) + noise


def derivatives(comparisons, strengths):
    objective = BradleyTerryObjective(
        comparisons.a,
        comparisons.b,
        comparisons.outcome,
        np.ones(len(comparisons)),
        0.0,
        np.zeros(len(strengths)),
    )
    # One row for each comparison, so pairs repeat, which a matrix of pairs would overwrite.
    difference = strengths[comparisons.a] - strengths[comparisons.b]
    curvature = 1.0 / (2.0 + 2.0 * np.cosh(difference))
    information = np.zeros((len(strengths),) * 2)
    for a, b, bend in zip(comparisons.a, comparisons.b, curvature, strict=True):
        information[[a, b], [a, b]] += bend
        information[[a, b], [b, a]] -= bend
    return objective.gradient(strengths), information


def test_covariance_is_that_of_a_loop_that_leaves_out_each_rater(comparisons, part):
    found = fit_parts(comparisons, part, prior_precision=0.5)

    expected = leave_out_each_rater(comparisons, part, 0.5, 3)
    np.testing.assert_allclose(found.covariance.reshape(12, 12), expected, rtol=1e-8, atol=1e-12)
    assert np.abs(found.covariance[0, :, 1]).max() > 1e-4


def test_parts_that_share_no_rater_are_independent(comparisons):
    found = fit_parts(comparisons, comparisons.rater % 2)

    np.testing.assert_allclose(found.covariance[0, :, 1], 0.0, atol=1e-13)


def test_other_labels_and_sides_change_nothing_else(comparisons, part):
    order = np.array([2, 0, 3, 1])
    position = np.argsort(order)
    turned = Comparisons(
        tuple(comparisons.competitors[k] for k in order),
        a=position[comparisons.b],
        b=position[comparisons.a],
        outcome=1.0 - comparisons.outcome,
        rater=comparisons.rater,
    )

    plain, other = fit_parts(comparisons, part), fit_parts(turned, part)

    np.testing.assert_allclose(other.strengths, plain.strengths[:, order], atol=1e-9)
    np.testing.assert_allclose(other.covariance, plain.covariance[:, order][..., order], atol=1e-9)


def test_a_weight_is_as_many_votes_of_the_same_rater(comparisons, part):
    weight = np.where(np.arange(600) % 7 == 0, 3.0, 1.0)
    columns = {name: getattr(comparisons, name) for name in ("a", "b", "outcome", "rater")}
    weighted = Comparisons(comparisons.competitors, **columns, weight=weight)
    times = weight.astype(int)
    repeated = Comparisons(
        comparisons.competitors, **{name: np.repeat(column, times) for name, column in columns.items()}
    )

    first, second = fit_parts(weighted, part), fit_parts(repeated, np.repeat(part, times))

    np.testing.assert_allclose(first.strengths, second.strengths, atol=1e-9)
    np.testing.assert_allclose(first.covariance, second.covariance, atol=1e-9)


def test_what_cannot_be_fitted_is_refused(comparisons, part):
    nobody = Comparisons(comparisons.competitors, a=comparisons.a, b=comparisons.b, outcome=comparisons.outcome)
    alone = np.where(np.arange(600) == 0, 1, 0)

    for data, parts, prior, error in (
        (comparisons, part[:-1], 0.25, ValueError),
        (comparisons, part - 1, 0.25, ValueError),
        (comparisons, part, 0.0, ValueError),
        (nobody, part, 0.25, MissingColumnError),
        (comparisons, alone, 0.25, DisconnectedError),
    ):
        with pytest.raises(error):
            fit_parts(data, parts, prior_precision=prior)
