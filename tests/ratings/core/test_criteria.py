import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ratings.core.comparisons import Comparisons
from ratings.core.criteria import combine_criteria, combined_scores
from ratings.core.parts import fit_parts
from ratings.core.simulation import Electorate, pseudo_truth, simulate

pytestmark = pytest.mark.unit

STRENGTHS = arrays(np.float64, (3, 4), elements=st.floats(-8.0, 8.0))


def twice(comparisons):
    """Return every vote as a vote on two criteria, and which."""
    columns = {name: np.tile(getattr(comparisons, name), 2) for name in ("a", "b", "outcome", "rater")}
    return Comparisons(comparisons.competitors, **columns), np.repeat([0, 1], len(comparisons))


def test_scores_are_sums_of_logarithms_of_chances():
    strengths = np.array([[0.0, math.log(3.0)], [0.0, -math.log(3.0)]])

    scores, _ = combined_scores(strengths)

    np.testing.assert_allclose(np.exp(scores), [0.5 * 0.5, 0.75 * 0.25])


def test_slopes_are_finite_differences():
    at = np.random.default_rng(1).normal(size=(2, 3))

    _, slopes = combined_scores(at)

    for place in np.ndindex(2, 3):
        step = np.zeros((2, 3))
        step[place] = 1e-6
        numeric = (combined_scores(at + step)[0] - combined_scores(at - step)[0]) / 2e-6
        np.testing.assert_allclose(numeric, np.where(np.arange(3) == place[1], slopes[place], 0.0), atol=1e-8)


@pytest.mark.property
@given(STRENGTHS, st.permutations(range(3)), st.permutations(range(4)), st.floats(0.01, 3.0))
def test_scores_follow_labels_ignore_the_order_of_criteria_and_rise_with_every_strength(
    strengths, criteria, competitors, more
):
    scores, _ = combined_scores(strengths)

    shuffled, _ = combined_scores(strengths[np.ix_(criteria, competitors)])
    raised, _ = combined_scores(strengths + more * (np.arange(3) == 1)[:, None])
    np.testing.assert_allclose(shuffled, scores[list(competitors)])
    assert (raised > scores).all()
    assert (scores < 0).all()


def test_a_strength_does_not_make_up_for_a_weakness():
    scores, _ = combined_scores(np.array([[0.0, 2.0], [0.0, -2.0]]))

    assert scores[0] > scores[1]


def test_a_criterion_that_repeats_another_doubles_scores_and_their_errors():
    comparisons = simulate(np.array([0.5, 0.0, -0.5]), 400, Electorate(raters=20), np.random.default_rng(2))

    once = combine_criteria(fit_parts(comparisons, np.zeros(400, dtype=int)))
    both = combine_criteria(fit_parts(*twice(comparisons)))

    np.testing.assert_allclose(both.scores, 2.0 * once.scores)
    # The prior is one of each criterion by itself, so its own small part of the covariance does not repeat.
    np.testing.assert_allclose(both.covariance, 4.0 * once.covariance, rtol=0.03, atol=1e-5)


def test_intervals_hold_when_the_same_raters_judge_both_criteria():
    truths = np.array([[0.9, 0.3, -0.2, -1.0], [-0.6, 0.5, 0.4, -0.3]])
    electorate = Electorate(raters=60, taste_sd=0.6)
    expected, _ = combined_scores(np.array([pseudo_truth(truth, electorate) for truth in truths]))
    held = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        parts = [simulate(truth, 700, electorate, rng) for truth in truths]
        joined = Comparisons(
            parts[0].competitors,
            **{
                name: np.concatenate([getattr(part, name) for part in parts]) for name in ("a", "b", "outcome", "rater")
            },
        )

        found = combine_criteria(fit_parts(joined, np.repeat([0, 1], 700)))

        assert (found.upper < 0).all()
        held.append((found.lower <= expected) & (expected <= found.upper))
    assert 0.92 <= np.mean(held) <= 0.98


def test_wrong_intervals_would_be_noticed():
    comparisons = simulate(
        np.array([0.5, 0.0, -0.5]), 900, Electorate(raters=15, taste_sd=1.0), np.random.default_rng(3)
    )

    by_rater, by_vote = (
        combine_criteria(fit_parts(*twice(comparisons), cluster=cluster)) for cluster in ("rater", "vote")
    )

    assert ((by_rater.upper - by_rater.lower) > 1.5 * (by_vote.upper - by_vote.lower)).all()
