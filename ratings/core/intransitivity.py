"""Where one number for each competitor is not enough: residuals, cycles, and a model with more dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import chi2, ncx2

from ratings.core.arrays import FloatArray, frozen
from ratings.core.errors import NotConvergedError

if TYPE_CHECKING:
    from ratings.core.bradley_terry import BradleyTerryFit
    from ratings.core.pairs import PairCounts

MOST_ITERATIONS = 2_000


@dataclass(frozen=True, eq=False, slots=True)
class GoodnessOfFit:
    """How far pairs are from what the strengths say.

    Attributes
    ----------
    residuals : (p,) standardised, about normal if the model holds; positive where `low` won more than expected.
    statistic, degrees, p_value : Pearson's chi-squared test.
    misfit, misfit_lower, misfit_upper : root mean square distance of true from fitted shares, per vote, beyond what
        chance gives; with an interval. 0.05 means that shares are typically five points off.
    """

    residuals: FloatArray
    statistic: float
    degrees: int
    p_value: float
    misfit: float
    misfit_lower: float
    misfit_upper: float


def goodness_of_fit(fit: BradleyTerryFit, *, level: float = 0.95) -> GoodnessOfFit:
    r"""Compare each pair's share with the fit.

    .. math:: X^2 = \sum_k \frac{(s_k - n_k p_k)^2}{v_k}, \qquad v_k = n_k p_k (1 - p_k) - t_k / 4

    with t ties, which vary less than decided votes. Under the model and with independent votes it is chi-squared with
    p - m + 1 degrees of freedom (Pearson; David, 1988, The Method of Paired Comparisons, section 4.3); otherwise
    noncentral, and the noncentrality over the votes is what `misfit` scales (Steiger, 1990, Multivariate Behavioral
    Research 25). Votes of few raters depend on each other and make misfit look larger than it is.
    """
    pairs, chance = fit.pairs, fit.probability
    variance = np.maximum(pairs.total * chance * (1.0 - chance) - 0.25 * pairs.ties, 1e-12)
    residuals = (pairs.score - pairs.total * chance) / np.sqrt(variance)
    statistic = float(np.sum(residuals**2))
    degrees = max(len(pairs.low) - len(pairs.competitors) + 1, 1)
    votes, typical = float(pairs.total.sum()), float(variance.sum() / max(pairs.total.sum(), 1.0))

    def scaled(noncentrality: float) -> float:
        return float(np.sqrt(max(noncentrality, 0.0) * typical / max(votes, 1.0)))

    tail = 0.5 * (1.0 - level)
    return GoodnessOfFit(
        residuals=frozen(residuals),
        statistic=statistic,
        degrees=degrees,
        p_value=float(chi2.sf(statistic, degrees)),
        misfit=scaled(statistic - degrees),
        misfit_lower=scaled(_noncentrality(statistic, degrees, 1.0 - tail)),
        misfit_upper=scaled(_noncentrality(statistic, degrees, tail)),
    )


def _noncentrality(statistic: float, degrees: int, share: float) -> float:
    """Return the noncentrality under which the statistic is the `share` quantile, 0 when there is none."""
    if chi2.cdf(statistic, degrees) < share:
        return 0.0
    low, high = 0.0, statistic + 10.0 * np.sqrt(statistic) + 100.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if ncx2.cdf(statistic, degrees, middle) > share else (low, middle)
    return float(0.5 * (low + high))


def cycle_share(pairs: PairCounts) -> tuple[float, int]:
    """Return the share of cyclic ones among triples that all met without a draw, and how many such triples there are.

    A triple is cyclic when each of the three beats another by majority (Kendall and Babington Smith, 1940, Biometrika
    31). Chance makes cycles too: compare with the share among votes simulated from the fit.
    """
    wins = pairs.win_matrix()
    beats = (wins > wins.T).astype(np.float64)
    decided = beats + beats.T
    cyclic = round(float(np.trace(beats @ beats @ beats)) / 3.0)
    triples = round(float(np.trace(decided @ decided @ decided)) / 6.0)
    return (cyclic / triples if triples else 0.0), triples


def cycle_test(fit: BradleyTerryFit, rng: np.random.Generator, *, data_sets: int = 200) -> tuple[float, FloatArray]:
    """Return the observed cycle share and those of `data_sets` sets of votes simulated from the fit, (data_sets,).

    Their quantiles are an interval for what chance alone gives.
    """
    pairs = fit.pairs
    wins = pairs.win_matrix()
    shares = np.empty(data_sets)
    size = np.rint(pairs.total).astype(np.int64)
    for index in range(data_sets):
        drawn = rng.binomial(size, fit.probability).astype(np.float64)
        simulated = np.zeros_like(wins)
        simulated[pairs.low, pairs.high] = drawn
        simulated[pairs.high, pairs.low] = size - drawn
        beats = (simulated > simulated.T).astype(np.float64)
        decided = beats + beats.T
        triples = np.trace(decided @ decided @ decided) / 6.0
        shares[index] = np.trace(beats @ beats @ beats) / 3.0 / triples if triples else 0.0
    return cycle_share(pairs)[0], shares


@dataclass(frozen=True, eq=False, slots=True)
class SkewFit:
    """Strengths with a skew-symmetric part of low rank.

    Attributes
    ----------
    strengths : (m,) summing to zero.
    left, right : (m, k) such that the log-odds of i over j are
        ``strengths[i] - strengths[j] + left[i] @ right[j] - right[i] @ left[j]``.
    log_likelihood : at the fit, without the penalty.
    """

    strengths: FloatArray
    left: FloatArray
    right: FloatArray
    log_likelihood: float
    iterations: int

    def log_odds(self) -> FloatArray:
        """Return (m, m) the log-odds that the row beats the column."""
        crossed = self.left @ self.right.T
        return np.asarray(self.strengths[:, None] - self.strengths + crossed - crossed.T, dtype=np.float64)


def fit_skew(
    pairs: PairCounts, rank: int, *, rng: np.random.Generator, prior_precision: float = 0.25, penalty: float = 2.0
) -> SkewFit:
    r"""Fit strengths and `rank` planes of cyclic preference by penalised maximum likelihood.

    .. math:: \eta_{ij} = \theta_i - \theta_j + u_i^\top v_j - v_i^\top u_j

    every skew-symmetric matrix has such a form (Chen and Joachims, 2016, WSDM; general preference models: Zhang et al.,
    2024, arXiv 2410.02197). The likelihood has several optima; this one is reached from small random planes. Judge it
    by held-out votes before believing in cycles.

    Raises
    ------
    NotConvergedError
        If the optimiser stops early.
    """
    size, low, high = len(pairs.competitors), pairs.low, pairs.high

    def parts(flat: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        return (
            flat[:size],
            flat[size : size * (1 + rank)].reshape(size, rank),
            flat[size * (1 + rank) :].reshape(size, rank),
        )

    def loss(flat: FloatArray) -> tuple[float, FloatArray]:
        theta, left, right = parts(flat)
        odds = theta[low] - theta[high] + np.sum(left[low] * right[high] - right[low] * left[high], axis=1)
        value = pairs.total @ np.logaddexp(0.0, odds) - pairs.score @ odds
        value += 0.5 * prior_precision * theta @ theta + 0.5 * penalty * (np.sum(left**2) + np.sum(right**2))
        pull = (pairs.total * expit(odds) - pairs.score)[:, None]
        by_theta = np.bincount(low, pull[:, 0], size) - np.bincount(high, pull[:, 0], size) + prior_precision * theta
        by_left, by_right = penalty * left, penalty * right
        np.add.at(by_left, low, pull * right[high])
        np.add.at(by_left, high, -pull * right[low])
        np.add.at(by_right, high, pull * left[low])
        np.add.at(by_right, low, -pull * left[high])
        return float(value), np.concatenate([by_theta, by_left.ravel(), by_right.ravel()])

    start = np.concatenate([np.zeros(size), rng.normal(0.0, 0.1, 2 * size * rank)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_ITERATIONS, "maxfun": 10_000})
    if not found.success:
        raise NotConvergedError(f"The skew-symmetric fit stopped early: {found.message}")
    theta, left, right = parts(np.asarray(found.x, dtype=np.float64))
    odds = theta[low] - theta[high] + np.sum(left[low] * right[high] - right[low] * left[high], axis=1)
    return SkewFit(
        strengths=frozen(theta - theta.mean()),
        left=frozen(left),
        right=frozen(right),
        log_likelihood=float(pairs.score @ odds - pairs.total @ np.logaddexp(0.0, odds)),
        iterations=int(found.nit),
    )
