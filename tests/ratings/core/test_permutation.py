import numpy as np
import pytest
from scipy.stats import chi2

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.errors import DisconnectedError, MissingColumnError
from ratings.core.newton import maximise
from ratings.core.objective import BradleyTerryObjective
from ratings.core.pairs import count_pairs
from ratings.core.permutation import likelihood_ratio_test
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit

TRUTH = np.array([0.5, 0.1, -0.2, -0.4])


def simulated(rng, raters=60, votes=900, **tastes):
    return simulate(TRUTH, votes, Electorate(raters=raters, **tastes), rng)


def gain(data, group):
    """Return the statistic from a fit of each group by itself."""
    whole, found = fit_bradley_terry(data), 0.0
    for number in np.unique(group):
        pairs = count_pairs(data.select(group[data.rater] == number))
        own = BradleyTerryObjective(pairs.low, pairs.high, pairs.score, pairs.total, 0.25, whole.strengths)
        found += 2 * (own.value(maximise(own, whole.strengths).strengths) - own.value(whole.strengths))
    return found


def test_the_statistic_is_that_of_fits_one_by_one():
    data, group = simulated(np.random.default_rng(1)), np.arange(60) % 3

    found = likelihood_ratio_test(data, group, rng=np.random.default_rng(2), permutations=1)

    assert found.statistic == pytest.approx(gain(data, group), rel=1e-6)


def test_a_group_that_won_what_all_others_lost_is_fitted_by_halved_steps():
    rater = np.repeat(np.arange(40), 30)
    data = Comparisons(("a", "b"), a=rater * 0, b=rater * 0 + 1, outcome=(rater > 1).astype(float), rater=rater)

    found = likelihood_ratio_test(data, np.arange(40) // 2, rng=np.random.default_rng(2), permutations=1)

    assert found.statistic == pytest.approx(gain(data, np.arange(40) // 2), rel=1e-6)


def test_groups_that_do_not_differ_are_found_to_in_one_of_twenty_cases_with_heavy_voters():
    tests, by_table = [], []
    for seed in range(120):
        rng = np.random.default_rng([seed, 9])
        data = simulated(rng, taste_sd=1.0, activity_sd=1.2)
        found = likelihood_ratio_test(data, rng.integers(0, 2, 60), rng=rng, permutations=79)
        tests.append(found.p_value)
        by_table.append(chi2.sf(found.statistic, 3))

    # Two standard deviations of chance are four points; a test that takes votes as independent is far off.
    assert np.mean(np.array(tests) <= 0.05) <= 0.1
    assert 0.35 <= np.mean(np.array(tests) <= 0.5) <= 0.65
    assert np.mean(np.array(by_table) <= 0.05) > 0.15


def test_groups_that_differ_are_told():
    rng = np.random.default_rng(4)
    parts = [simulate(truth, 900, Electorate(raters=30, taste_sd=0.5), rng) for truth in (TRUTH, TRUTH[::-1])]
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("a", "b", "outcome")}
    rater = np.concatenate([parts[0].rater, parts[1].rater + 30])
    data = Comparisons(parts[0].competitors, **columns, rater=rater)

    found = likelihood_ratio_test(data, np.repeat([1, 0], 30), rng=rng, permutations=199)

    assert (found.p_value, found.permutations) == (1 / 200, 199)


def test_names_of_groups_and_raters_in_none_change_nothing():
    data = simulated(np.random.default_rng(6), taste_sd=0.5)
    group = np.where(np.arange(60) < 10, -1, np.arange(60) % 2)
    some = data.select(data.rater >= 10)

    found = likelihood_ratio_test(data, group, rng=np.random.default_rng(1), permutations=19)
    turned = likelihood_ratio_test(some, 7 - group, rng=np.random.default_rng(1), permutations=19)

    assert found.statistic == pytest.approx(turned.statistic)
    assert found.statistic > 0


def test_what_cannot_be_tested_is_refused():
    data = simulated(np.random.default_rng(7))
    nobody = Comparisons(data.competitors, a=data.a, b=data.b, outcome=data.outcome)
    cut = data.select((data.a + data.b) % 4 == 1)
    halves = np.arange(60) % 2

    for comparisons, group, prior, error in (
        (data, halves, 0.0, ValueError),
        (data, halves[:-1], 0.25, ValueError),
        (data, np.zeros(60, dtype=int), 0.25, ValueError),
        (nobody, halves, 0.25, MissingColumnError),
        (cut, halves, 0.25, DisconnectedError),
    ):
        with pytest.raises(error):
            likelihood_ratio_test(comparisons, group, rng=np.random.default_rng(1), prior_precision=prior)
