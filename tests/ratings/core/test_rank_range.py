from dataclasses import asdict

import numpy as np
import pytest

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.errors import DisconnectedError
from ratings.core.rank_range import Variant, rank_range
from ratings.core.regression import fit_regression
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def comparisons():
    truth = np.array([2.0, 0.1, 0.0, -2.0])
    return simulate(truth, 400, Electorate(raters=40, tie_rate=0.3), np.random.default_rng(2))


def test_every_variant_is_the_fit_by_itself(comparisons):
    found = rank_range(comparisons)

    assert len(set(found.variants)) == 18
    plain = found.variants.index(Variant("half", side=False, prior_precision=0.25))
    np.testing.assert_allclose(found.strengths[plain], fit_bradley_terry(comparisons).strengths, atol=1e-9)
    for variant, strengths in zip(found.variants, found.strengths, strict=True):
        alone = fit_regression(comparisons, covariates=False, **asdict(variant)).strengths
        np.testing.assert_allclose(strengths, alone, atol=1e-12)


def test_ranks_and_ranges_are_those_of_a_loop(comparisons):
    found = rank_range(comparisons)

    for competitor in range(4):
        ranks = [1 + sum(row > row[competitor]) for row in found.strengths]
        assert (found.best[competitor], found.worst[competitor]) == (min(ranks), max(ranks))
        column = found.strengths[:, competitor]
        assert (found.lowest[competitor], found.highest[competitor]) == (min(column), max(column))
    assert (found.best[[0, 3]].tolist(), found.worst[[0, 3]].tolist()) == ([1, 4], [1, 4])


def test_who_leads_by_the_prior_alone_leads_only_with_some_of_them():
    # The newcomer won all of its three votes: a weak prior puts it first, a strong one does not.
    a = ["old"] * 60 + ["low"] * 20 + ["new", "new", "low"]
    b = ["low"] * 60 + ["old"] * 20 + ["low", "low", "new"]
    outcome = [1] * 60 + [1] * 20 + [1, 1, 0]

    found = rank_range(Comparisons.from_labels(a, b, outcome), priors=(0.01, 4.0), sides=(False,))

    low, new, old = range(3)
    assert (found.best.tolist(), found.worst.tolist()) == ([3, 1, 1], [3, 2, 2])
    assert found.ranks[:, [low, new, old]].tolist() == [[3, 1, 2], [3, 2, 1]]


def test_without_ties_there_is_one_model_of_them():
    comparisons = Comparisons.from_labels("aabb", "bbaa", [1, 1, 1, 0])

    found = rank_range(comparisons)

    assert {variant.ties for variant in found.variants} == {"half"}
    assert len(found.variants) == 6


def test_other_labels_change_nothing_else(comparisons):
    order = np.array([2, 0, 3, 1])
    position = np.argsort(order)
    relabelled = Comparisons(
        tuple(comparisons.competitors[k] for k in order),
        a=position[comparisons.a],
        b=position[comparisons.b],
        outcome=comparisons.outcome,
    )

    plain, other = rank_range(comparisons), rank_range(relabelled)

    np.testing.assert_allclose(other.strengths, plain.strengths[:, order], atol=1e-8)
    assert other.worst.tolist() == plain.worst[order].tolist()


def test_swapped_sides_change_nothing_at_all(comparisons):
    swapped = Comparisons(comparisons.competitors, a=comparisons.b, b=comparisons.a, outcome=1.0 - comparisons.outcome)

    np.testing.assert_allclose(rank_range(swapped).strengths, rank_range(comparisons).strengths, atol=1e-8)


def test_anchors_are_the_zero_of_every_variant(comparisons):
    marked = np.array([True, True, False, False])

    found = rank_range(comparisons, anchors=marked)

    np.testing.assert_allclose(found.strengths[:, marked].mean(axis=1), 0.0, atol=1e-12)


def test_nothing_to_try_and_nothing_to_connect_are_refused(comparisons):
    with pytest.raises(ValueError, match="at least one"):
        rank_range(comparisons, sides=())
    with pytest.raises(DisconnectedError):
        rank_range(Comparisons.from_labels("ac", "bd", [1, 0]))
