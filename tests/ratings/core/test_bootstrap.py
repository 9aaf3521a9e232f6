import numpy as np
import pytest
from scipy.stats import poisson

from ratings.core.bootstrap import bootstrap_strengths
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.compiled_draws import draw_alike
from ratings.core.errors import MissingColumnError
from ratings.core.newton import maximise
from ratings.core.objective import BradleyTerryObjective
from ratings.core.resampled_counts import ClusterDraws, VoteDraws
from ratings.core.resampling import alike_votes, clusters
from ratings.core.sandwich import sandwich_covariance
from ratings.core.simulation import Electorate, simulate
from ratings.core.uncertainty import estimate_uncertainty

pytestmark = pytest.mark.unit


def votes(*, competitors=8, count=2_000, electorate=None, seed=4):
    rng = np.random.default_rng(seed)
    return simulate(rng.normal(0, 0.6, competitors), count, electorate or Electorate(raters=150, taste_sd=0.4), rng)


def resampled(comparisons, fit, cluster, key):
    if cluster == "vote":
        return VoteDraws(alike_votes(comparisons, fit.pairs), len(fit.pairs.low), key)
    return ClusterDraws(clusters(comparisons, fit.pairs, getattr(comparisons, cluster)), len(fit.pairs.low), key)


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
    rng = np.random.default_rng(9)
    key = np.uint64(rng.integers(0, 2**64, 2, dtype=np.uint64)[0])
    means = rng.normal(0.0, fit.prior_precision**-0.5, (30, 4)).T
    means -= means.mean(axis=0)
    score, total = resampled(comparisons, fit, cluster, key).counts(0, 64)

    draws = bootstrap_strengths(comparisons, fit, rng=np.random.default_rng(9), cluster=cluster, replicates=30)

    for column in range(30):
        objective = BradleyTerryObjective(
            fit.pairs.low,
            fit.pairs.high,
            score[:, column].astype(float),
            total[:, column].astype(float),
            fit.prior_precision,
            means[:, column],
        )
        np.testing.assert_allclose(draws.strengths[column], maximise(objective, np.zeros(4)).strengths, atol=2e-5)


def test_threads_and_the_number_of_replicates_change_no_draw():
    comparisons = votes()
    fit = fit_bradley_terry(comparisons, prior_precision=0.0)

    one, two, few = (
        bootstrap_strengths(
            comparisons, fit, rng=np.random.default_rng(9), cluster=cluster, replicates=replicates, threads=threads
        ).strengths
        for cluster, threads, replicates in (("vote", 1, 700), ("vote", 2, 700), ("vote", 1, 70))
    )

    assert np.array_equal(one, two)
    assert np.array_equal(one[:70], few)


@pytest.mark.parametrize("weighted", [False, True])
def test_resampled_counts_have_the_mean_and_the_variance_of_poisson_counts(weighted):
    base = votes(competitors=3, count=900, electorate=Electorate(raters=60, activity_sd=1.0))
    weight = np.where(base.rater % 2, 1.5, 0.5) if weighted else None
    comparisons = Comparisons(
        base.competitors, a=base.a, b=base.b, outcome=base.outcome, rater=base.rater, weight=weight
    )
    fit = fit_bradley_terry(comparisons)
    weights = comparisons.weights
    pair = fit.pairs.positions(comparisons)
    expected = {
        "vote": np.bincount(pair, weights**2),
        "rater": (np.bincount(pair * 60 + comparisons.rater, weights, 180).reshape(3, 60) ** 2).sum(axis=1),
    }

    for cluster, variance in expected.items():
        score, total = resampled(comparisons, fit, cluster, np.uint64(77)).counts(0, 8_192)
        np.testing.assert_allclose(total.mean(axis=1), fit.pairs.total, rtol=0.01)
        np.testing.assert_allclose(score.mean(axis=1), fit.pairs.score, rtol=0.015)
        np.testing.assert_allclose(total.var(axis=1), variance, rtol=0.08)


def test_poisson_counts_by_table_follow_the_poisson_distribution():
    rates = np.array([0.3, 1.0, 4.0, 31.0, 400.0])
    score, total = (np.zeros((5, 40_000), dtype=np.float32) for _ in range(2))

    draw_alike(np.arange(5), np.ones(5), np.ones(5), rates, np.uint64(5), 0, score, total)

    for rate, drawn in zip(rates, total, strict=True):
        steps = np.arange(poisson.ppf(0.001, rate), poisson.ppf(0.999, rate) + 1)
        observed = np.searchsorted(np.sort(drawn), steps, side="right") / 40_000
        np.testing.assert_allclose(observed, poisson.cdf(steps, rate), atol=0.009)


def test_a_busy_pair_does_not_overflow_its_counts():
    size = 30_000
    comparisons = Comparisons(
        ("a", "b"), a=np.zeros(size, int), b=np.ones(size, int), outcome=np.ones(size), rater=np.zeros(size, int)
    )
    units = clusters(comparisons, fit_bradley_terry(comparisons).pairs, comparisons.rater)

    _, total = ClusterDraws(units, 1, np.uint64(1)).counts(0, 512)

    assert set(np.unique(total / size)) >= {0.0, 1.0, 2.0, 3.0, 4.0}


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

    units = alike_votes(comparisons, fit.pairs)

    assert units.count == 500
    assert len(units.repeats) == 9
    np.testing.assert_allclose(np.bincount(units.pair, units.repeats), fit.pairs.total)
    np.testing.assert_allclose(np.bincount(units.pair, units.repeats * units.outcome), fit.pairs.score)


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

    units = clusters(comparisons, fit_bradley_terry(comparisons).pairs, comparisons.rater)

    assert units.count == 2


def test_bootstrap_by_vote_needs_no_more_than_counts():
    comparisons = votes()
    fit = fit_bradley_terry(comparisons)

    rows, counts = (
        bootstrap_strengths(data, fit, rng=np.random.default_rng(1), cluster="vote", replicates=64)
        for data in (comparisons, fit.pairs)
    )

    assert np.array_equal(rows.strengths, counts.strengths)
    with pytest.raises(MissingColumnError, match="who judged"):
        bootstrap_strengths(fit.pairs, fit, rng=np.random.default_rng(1), cluster="rater")


def test_two_way_bootstrap_is_scaled_to_the_two_way_sandwich():
    rng = np.random.default_rng(7)
    electorate = Electorate(raters=60, taste_sd=0.6, prompts=60, prompt_sd=0.6)
    comparisons = simulate(rng.normal(0, 0.5, 5), 3_000, electorate, rng)

    found = estimate_uncertainty(comparisons, fit_bradley_terry(comparisons), rng=rng, cluster="two-way")

    np.testing.assert_allclose(found.sample.std(axis=0), found.sandwich.standard_errors, rtol=1e-9)
    assert (found.draws.strengths.std(axis=0) > found.sandwich.standard_errors).all()
