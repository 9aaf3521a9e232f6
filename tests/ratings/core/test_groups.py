import numpy as np
import pytest

from ratings.core.comparisons import Comparisons
from ratings.core.groups import compare_groups, compare_groups_at_once, equality_test
from ratings.core.parts import fit_parts
from ratings.core.simulation import Electorate, pseudo_truth, simulate

pytestmark = pytest.mark.unit


def joined(parts, *, same_raters):
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("a", "b", "outcome", "rater")}
    group = np.repeat([0, 1], [len(part) for part in parts])
    if not same_raters:
        columns["rater"] = columns["rater"] + group * 1_000
    return Comparisons(parts[0].competitors, **columns), group


@pytest.fixture(scope="module")
def fits():
    rng = np.random.default_rng(3)
    electorate = Electorate(raters=30, taste_sd=0.5)
    parts = [simulate(np.array(truth), 500, electorate, rng) for truth in ([0.5, 0.0, -0.5], [-0.5, 0.0, 0.5])]
    return fit_parts(*joined(parts, same_raters=False))


def test_a_difference_turns_round_with_its_groups(fits):
    there, back = compare_groups(fits, 0, 1), compare_groups(fits, 1, 0)

    np.testing.assert_allclose(there.difference, fits.strengths[0] - fits.strengths[1])
    np.testing.assert_allclose(there.lower, -back.upper)
    assert (there.lower[0] > 0, there.upper[2] < 0) == (True, True)


def test_variances_of_groups_without_a_common_rater_add_up(fits):
    found, wider = compare_groups(fits, 0, 1), compare_groups(fits, 0, 1, level=0.99)

    own, other = (np.diag(fits.covariance[k, :, k]) for k in range(2))
    ratio = 0.5 * (found.upper - found.lower) / np.sqrt(own + other)
    assert ((ratio > 1.96) & (ratio < 2.3)).all()
    assert (wider.upper > found.upper).all()


def test_the_same_votes_in_both_groups_differ_by_nothing_and_surely():
    part = simulate(np.array([0.5, 0.0, -0.5]), 400, Electorate(raters=20, taste_sd=1.0), np.random.default_rng(1))

    found = compare_groups(fit_parts(*joined([part, part], same_raters=True)), 0, 1)

    apart = compare_groups(fit_parts(*joined([part, part], same_raters=False)), 0, 1)
    np.testing.assert_allclose(found.difference, 0.0, atol=1e-12)
    # What is left is the prior's own uncertainty, which each group has for itself.
    assert ((found.upper - found.lower) < 0.2 * (apart.upper - apart.lower)).all()


def test_groups_that_differ_are_told_from_groups_that_do_not(fits):
    electorate, rng = Electorate(raters=30, taste_sd=0.5), np.random.default_rng(8)
    alike = []
    for _ in range(40):
        parts = [simulate(np.array([0.5, 0.0, -0.5]), 300, electorate, rng) for _ in range(3)]
        group = np.repeat([0, 1, 2], 300)
        columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("a", "b", "outcome")}
        raters = np.concatenate([part.rater for part in parts]) + 100 * group
        alike.append(fit_parts(Comparisons(parts[0].competitors, **columns, rater=raters), group))

    by_chance = [equality_test(each, rng).p_value for each in alike]
    found = equality_test(fits, rng)

    # Of forty, two are expected below 5 %, and half below 50 %.
    assert sum(p < 0.05 for p in by_chance) <= 6
    assert 9 <= sum(p < 0.5 for p in by_chance) <= 31
    assert (found.p_value < 0.001, found.statistic > 4) == (True, True)


def test_intervals_at_once_are_wider_by_the_largest_of_many(fits):
    alone, together, wider = (
        compare_groups(fits, 0, 1),
        compare_groups_at_once(fits, 0, 1, rng=np.random.default_rng(1)),
        compare_groups_at_once(fits, 0, 1, rng=np.random.default_rng(1), level=0.99),
    )

    ratio = (together.upper - together.lower) / (alone.upper - alone.lower)
    np.testing.assert_allclose(together.difference, alone.difference)
    # The 95 % quantile of the largest of three correlated deviates is 2.35, where 1.96 is that of one.
    assert ((ratio > 1.12) & (ratio < 1.3)).all()
    assert (wider.upper > together.upper).all()


def test_intervals_of_differences_hold():
    truths = np.array([[0.9, 0.3, -0.2, -1.0], [-0.6, 0.5, 0.4, -0.3]])
    electorate = Electorate(raters=40, taste_sd=0.8)
    expected = np.subtract(*(pseudo_truth(truth, electorate) for truth in truths))
    held, ignoring, all_at_once = [], [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        parts = [simulate(truth, 600, electorate, rng) for truth in truths]
        data = joined(parts, same_raters=False)

        for cluster, into in (("rater", held), ("vote", ignoring)):
            fitted = fit_parts(*data, cluster=cluster)
            found = compare_groups(fitted, 0, 1)
            into.append((found.lower <= expected) & (expected <= found.upper))
            if cluster == "rater":
                band = compare_groups_at_once(fitted, 0, 1, rng=rng)
                all_at_once.append(bool(np.all((band.lower <= expected) & (expected <= band.upper))))
    assert 0.92 <= np.mean(held) <= 0.98
    assert np.mean(all_at_once) >= 0.91
    assert np.mean(np.all(held, axis=1)) < 0.92
    assert np.mean(ignoring) < 0.9
