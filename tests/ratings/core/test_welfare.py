import numpy as np
import pytest

from ratings.core.comparisons import Comparisons
from ratings.core.errors import MissingColumnError
from ratings.core.welfare import choice_shares, dominates, draw_juries

pytestmark = pytest.mark.unit


def everyone(scores):
    return np.arange(len(scores))


def test_shares_count_wins_and_half_the_ties_of_each_rater():
    data = Comparisons(
        ("x", "y", "z"), a=[0, 1, 0, 1], b=[1, 0, 1, 2], outcome=[1, 0.5, 0, 1], rater=[0, 0, 0, 2], weight=[1, 1, 2, 1]
    )

    shares = choice_shares(data, 4)

    nothing = [np.nan] * 3
    expected = [[1.5 / 4, 2.5 / 4, np.nan], nothing, [np.nan, 1.0, 0.0], nothing]
    np.testing.assert_allclose(shares, expected)
    with pytest.raises(MissingColumnError):
        choice_shares(Comparisons(("x", "y"), a=[0], b=[1], outcome=[1]), 1)


def test_juries_are_those_of_a_loop():
    rng = np.random.default_rng(1)
    scores = np.where(rng.random((30, 4)) < 0.4, np.nan, rng.random((30, 4)))
    pool, population = np.arange(5, 20), np.arange(12, 30)

    found = draw_juries(scores, pool, [population], 6, missing=0.0, rng=np.random.default_rng(2), juries=200)

    seats = np.random.default_rng(2).integers(0, 15, (200, 6))
    for jury, chosen, worth in zip(seats, found.chosen, found.welfare[0], strict=True):
        own = scores[pool[jury]]
        means = [column[~np.isnan(column)].mean() if (~np.isnan(column)).any() else 0.0 for column in own.T]
        assert chosen == np.argmax(means)
        assert worth == pytest.approx(np.nanmean(scores[population, chosen]))


def test_ties_are_broken_at_random_and_alike():
    scores = np.tile([0.7, 0.7, 0.1, 0.7], (10, 1))

    found = draw_juries(scores, everyone(scores), [everyone(scores)], 3, missing=0.0, rng=np.random.default_rng(3))

    counts = np.bincount(found.chosen, minlength=4)
    # A standard deviation is 15 of a thousand.
    assert (counts[2], (abs(counts[[0, 1, 3]] - 333) < 75).all()) == (0, True)


def test_a_model_that_nobody_knows_is_chosen_only_when_it_is_worth_nothing_less():
    scores = np.column_stack([np.full(5, 0.2), np.full(5, np.nan)])

    found = draw_juries(scores, everyone(scores), [everyone(scores)], 2, missing=0.0, rng=np.random.default_rng(4))

    assert found.chosen.tolist() == [0] * 1_000
    np.testing.assert_allclose(found.welfare, 0.2)


def test_large_mixed_juries_serve_all_better_than_juries_of_one_kind():
    rng = np.random.default_rng(5)
    women = np.arange(300) % 2 == 0
    # Men favour the first model, women the second by more; the third is fair to both.
    likes = np.where(women[:, None], [0.2, 0.9, 0.7], [0.8, 0.1, 0.75])
    scores = np.clip(likes + rng.normal(0.0, 0.3, (300, 3)), 0.0, 1.0)
    both = [everyone(scores), np.flatnonzero(women)]

    small, large, men = (
        draw_juries(scores, pool, both, size, missing=0.0, rng=rng)
        for pool, size in ((everyone(scores), 3), (everyone(scores), 60), (np.flatnonzero(~women), 60))
    )

    best = scores.mean(axis=0)
    assert large.chosen.tolist() == [2] * 1_000
    np.testing.assert_allclose(large.welfare[0], best[2])
    assert dominates(large.welfare[0], small.welfare[0])
    assert dominates(large.welfare[1], men.welfare[1])
    assert not dominates(small.welfare[0], large.welfare[0])
    assert not dominates(large.welfare[0], large.welfare[0])
    assert np.quantile(small.welfare[0], 0.05) < np.quantile(large.welfare[0], 0.05)


def test_empty_juries_pools_and_populations_are_refused():
    scores, nobody = np.ones((3, 2)), np.array([], dtype=int)

    for pool, population, size in ((nobody, [0], 1), (np.arange(3), nobody, 1), (np.arange(3), [0], 0)):
        with pytest.raises(ValueError, match="Juries need"):
            draw_juries(scores, pool, [np.array(population)], size, missing=0.0, rng=np.random.default_rng(1))
