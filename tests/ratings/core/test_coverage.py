"""Do 95 % intervals hold the truth in 95 % of data sets? Small versions of benchmarks/ratings_coverage.py."""

import numpy as np
import pytest

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.contrasts import win_probabilities
from ratings.core.simulation import Electorate, pseudo_truth, simulate
from ratings.core.uncertainty import estimate_uncertainty

pytestmark = [pytest.mark.unit, pytest.mark.slow]

DATA_SETS = 100
FEW = ((4, 600, Electorate(raters=20, taste_sd=0.6)), "rater")
MANY_VOTES_EACH = ((8, 3_000, Electorate(raters=60, taste_sd=1.15)), "rater")
HEAVY = ((8, 3_000, Electorate(raters=60, taste_sd=1.0, activity_sd=1.2)), "rater")
PROMPTS = ((6, 2_000, Electorate(raters=400, prompts=40, prompt_sd=0.8)), "prompt")
BOTH = ((6, 2_400, Electorate(raters=60, taste_sd=0.7, prompts=60, prompt_sd=0.7)), "two-way")
ALONE = ((10, 600, Electorate(raters=600)), "vote")


def data_sets(setting):
    """Yield the truth, the comparisons, their fit and a generator, the same ones every time."""
    size, votes, electorate = setting
    for seed in range(DATA_SETS):
        rng = np.random.default_rng([seed, size])
        strengths = rng.normal(0.0, 0.6, size)
        comparisons = simulate(strengths, votes, electorate, rng)
        yield pseudo_truth(strengths, electorate), comparisons, fit_bradley_terry(comparisons), rng


def held(setting, method, cluster):
    """Return (data sets, m): which intervals hold the truth."""
    found = []
    for truth, comparisons, fit, rng in data_sets(setting):
        intervals = estimate_uncertainty(
            comparisons, fit, rng=rng, method=method, cluster=cluster, replicates=500
        ).intervals
        found.append((intervals.lower <= truth) & (truth <= intervals.upper))
    return np.array(found)


@pytest.mark.parametrize(("setting", "cluster"), [FEW, MANY_VOTES_EACH, HEAVY, PROMPTS, BOTH, ALONE])
@pytest.mark.parametrize("method", ["sandwich", "bootstrap"])
def test_intervals_hold_whatever_depends_on_what(setting, cluster, method):
    found = held(setting, method, cluster)

    # A hundred data sets leave two or three points of chance on the average, more on the worst model.
    assert 0.925 <= found.mean() <= 0.975
    assert found.mean(axis=0).min() >= 0.87


@pytest.mark.parametrize("method", ["sandwich", "bootstrap"])
def test_this_test_would_notice_intervals_that_ignore_raters(method):
    assert held(MANY_VOTES_EACH[0], method, "vote").mean() < 0.85


def test_win_probabilities_and_all_rank_bounds_hold():
    ranks, wins = 0, []
    for truth, comparisons, fit, rng in data_sets(FEW[0]):
        found = estimate_uncertainty(comparisons, fit, rng=rng, replicates=500)
        bounds, chances = found.ranks(), win_probabilities(found)
        rank = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
        ranks += bool(np.all((bounds.best <= rank) & (rank <= bounds.worst)))
        chance = 1.0 / (1.0 + np.exp(truth - truth[:, None]))[np.triu_indices(4, k=1)]
        lower, upper = (part[np.triu_indices(4, k=1)] for part in (chances.lower, chances.upper))
        wins.append((lower <= chance) & (chance <= upper))

    assert ranks >= 0.92 * DATA_SETS
    assert 0.925 <= np.mean(wins) <= 0.98
