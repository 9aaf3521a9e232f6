import numpy as np
import pytest

from ratings.core.bootstrap import bootstrap_strengths
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.errors import MissingColumnError
from ratings.core.newton import maximise
from ratings.core.objective import BradleyTerryObjective
from ratings.core.resampling import make_units
from ratings.core.sandwich import sandwich_covariance
from ratings.core.simulation import Electorate, simulate

pytestmark = pytest.mark.unit


def votes(*, competitors=8, count=2_000, electorate=None, seed=4):
    rng = np.random.default_rng(seed)
    return simulate(rng.normal(0, 0.6, competitors), count, electorate or Electorate(raters=150, taste_sd=0.4), rng)


def test_same_generator_state_gives_the_same_draws():
    comparisons = votes()
    fit = fit_bradley_terry(comparisons)

    first, second = (
        bootstrap_strengths(comparisons, fit, rng=np.random.default_rng(1), replicates=50) for _ in range(2)
    )

    assert np.array_equal(first.strengths, second.strengths)
    assert (first.units, first.unconverged, len(first.strengths)) == (150, 0, 50)


def test_draws_are_centred():
    comparisons = votes()

    draws = bootstrap_strengths(
        comparisons, fit_bradley_terry(comparisons), rng=np.random.default_rng(2), replicates=20
    )

    np.testing.assert_allclose(draws.strengths.sum(axis=1), 0, atol=1e-9)


@pytest.mark.parametrize("cluster", ["rater", "prompt", "vote"])
def test_each_draw_is_the_full_refit_of_its_resample(cluster):
    base = votes(competitors=4, count=80, electorate=Electorate(raters=11, taste_sd=0.4))
    comparisons = Comparisons(
        base.competitors, a=base.a, b=base.b, outcome=base.outcome, rater=base.rater, prompt=base.rater % 7
    )
    fit = fit_bradley_terry(comparisons)
    units = make_units(comparisons, fit.pairs, cluster)
    rng = np.random.default_rng(9)
    counts = rng.poisson(units.repeats[:, None], (len(units.repeats), 30)).astype(float)
    means = rng.normal(0.0, fit.prior_precision**-0.5, (4, 30))
    means -= means.mean(axis=0)

    draws = bootstrap_strengths(comparisons, fit, rng=np.random.default_rng(9), cluster=cluster, replicates=30)

    for column in range(30):
        objective = BradleyTerryObjective(
            fit.pairs.low,
            fit.pairs.high,
            units.score @ counts[:, column],
            units.total @ counts[:, column],
            fit.prior_precision,
            means[:, column],
        )
        np.testing.assert_allclose(draws.strengths[column], maximise(objective, np.zeros(4)).strengths, atol=1e-5)


@pytest.mark.parametrize("cluster", ["rater", "vote"])
def test_bootstrap_and_sandwich_agree_on_standard_deviations(cluster):
    comparisons = votes(count=6_000)
    fit = fit_bradley_terry(comparisons)

    draws = bootstrap_strengths(comparisons, fit, rng=np.random.default_rng(3), cluster=cluster, replicates=2_000)
    analytic = np.sqrt(np.diag(sandwich_covariance(comparisons, fit, cluster=cluster, correction="CR0")))

    ratio = draws.strengths.std(axis=0) / analytic
    assert ((ratio > 0.9) & (ratio < 1.1)).all(), ratio


def test_bootstrap_by_vote_counts_alike_votes_together_without_a_difference():
    comparisons = votes(competitors=3, count=500)
    fit = fit_bradley_terry(comparisons)

    units = make_units(comparisons, fit.pairs, "vote")

    assert units.count == 500
    assert len(units.repeats) == 9
    np.testing.assert_allclose(units.total @ units.repeats, fit.pairs.total)
    np.testing.assert_allclose(units.score @ units.repeats, fit.pairs.score)


def test_resampling_raters_is_wider_than_resampling_votes_when_tastes_differ():
    comparisons = votes(count=5_000, electorate=Electorate(raters=60, taste_sd=1.2))
    fit = fit_bradley_terry(comparisons)

    spread = {
        cluster: bootstrap_strengths(
            comparisons, fit, rng=np.random.default_rng(6), cluster=cluster, replicates=400
        ).strengths.std(axis=0)
        for cluster in ("rater", "vote")
    }

    assert (spread["rater"] > 1.3 * spread["vote"]).all()


def test_who_won_three_of_three_is_not_certain():
    rng = np.random.default_rng(12)
    old = simulate(rng.normal(0, 0.5, 6), 3_000, Electorate(raters=100), rng)
    comparisons = Comparisons(
        competitors=(*old.competitors, "newcomer"),
        a=np.concatenate([old.a, [6, 6, 6]]),
        b=np.concatenate([old.b, [0, 1, 2]]),
        outcome=np.concatenate([old.outcome, [1.0, 1.0, 1.0]]),
        rater=np.concatenate([old.rater, [0, 1, 2]]),
    )
    fit = fit_bradley_terry(comparisons)

    draws = bootstrap_strengths(comparisons, fit, rng=rng, replicates=1_000).strengths

    against_a_veteran = (draws - draws[:, :1]).std(axis=0)
    assert against_a_veteran[6] > 1.0
    assert against_a_veteran[6] > 10 * against_a_veteran[1:6].max()


def test_bootstrap_by_rater_needs_raters():
    comparisons = Comparisons.from_labels("ab", "ba", [1, 1])

    with pytest.raises(MissingColumnError, match="rater"):
        bootstrap_strengths(comparisons, fit_bradley_terry(comparisons), rng=np.random.default_rng(0))


def test_rows_without_weight_make_no_units():
    comparisons = Comparisons.from_labels("aab", "bbc", [1, 0, 1], weight=[1, 0, 1], rater=["p", "q", "r"])

    units = make_units(comparisons, fit_bradley_terry(comparisons).pairs, "rater")

    assert units.count == 2
