"""Do 95 % intervals hold the truth in 95 % of data sets? Small versions of benchmarks/ratings_coverage.py."""

import numpy as np
import pytest

from ratings.core.bootstrap import bootstrap_strengths
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.intervals import percentile_intervals, student_intervals
from ratings.core.ranks import rank_bounds
from ratings.core.sandwich import sandwich_covariance
from ratings.core.simulation import Electorate, pseudo_truth, simulate

pytestmark = [pytest.mark.unit, pytest.mark.slow]

DATA_SETS = 100
FEW_WITH_TASTES = (4, 600, Electorate(raters=20, taste_sd=0.6))
MANY_VOTES_EACH = (8, 3_000, Electorate(raters=60, taste_sd=1.15))


def data_sets(setting):
    """Yield the truth, the comparisons, their fit and a generator, the same ones every time."""
    size, votes, electorate = setting
    for seed in range(DATA_SETS):
        rng = np.random.default_rng([seed, size])
        strengths = rng.normal(0.0, 0.6, size)
        comparisons = simulate(strengths, votes, electorate, rng)
        yield pseudo_truth(strengths, electorate), comparisons, fit_bradley_terry(comparisons), rng


def by_bootstrap(comparisons, fit, rng, cluster):
    draws = bootstrap_strengths(comparisons, fit, rng=rng, cluster=cluster, replicates=500, tolerance=1e-4)
    return percentile_intervals(draws.strengths, draws.units), draws.strengths


def coverage(setting, method):
    held = []
    for truth, comparisons, fit, rng in data_sets(setting):
        intervals = method(comparisons, fit, rng)
        held.append((intervals.lower <= truth) & (truth <= intervals.upper))
    return np.mean(held)


@pytest.mark.parametrize("setting", [FEW_WITH_TASTES, MANY_VOTES_EACH])
def test_bootstrap_by_rater_covers_although_tastes_differ(setting):
    share = coverage(setting, lambda *data: by_bootstrap(*data, "rater")[0])

    assert 0.93 <= share <= 0.975


@pytest.mark.parametrize("setting", [FEW_WITH_TASTES, MANY_VOTES_EACH])
def test_sandwich_by_rater_covers_although_tastes_differ(setting):
    raters = setting[2].raters

    share = coverage(
        setting, lambda votes, fit, _: student_intervals(fit.strengths, sandwich_covariance(votes, fit), raters)
    )

    assert 0.93 <= share <= 0.975


def test_this_test_would_notice_intervals_that_ignore_raters():
    share = coverage(MANY_VOTES_EACH, lambda *data: by_bootstrap(*data, "vote")[0])

    assert share < 0.85


def test_rank_bounds_hold_all_at_once():
    held = 0
    for truth, comparisons, fit, rng in data_sets(FEW_WITH_TASTES):
        bounds = rank_bounds(fit.strengths, by_bootstrap(comparisons, fit, rng, "rater")[1])
        rank = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
        held += bool(np.all((bounds.best <= rank) & (rank <= bounds.worst)))

    assert held >= 0.92 * DATA_SETS
