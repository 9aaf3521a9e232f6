"""Ratings of groups of raters that lean on the whole where a group's votes say little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from ratings.core.arrays import FloatArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.bradley_terry import BradleyTerryFit, fit_bradley_terry
from ratings.core.method import LEVEL, PRIOR_PRECISION
from ratings.core.newton import maximise
from ratings.core.objective import BradleyTerryObjective
from ratings.core.pairs import count_pairs
from ratings.core.resampling import rater_column
from ratings.core.sandwich import estimate_sandwich

if TYPE_CHECKING:
    from ratings.core.arrays import IntArray
    from ratings.core.comparisons import Comparisons

# Below this many raters a standard error by rater is a guess, and nothing could be shrunk by it.
FEWEST_RATERS = 10
FEWEST_GROUPS = 2
# How much groups differ, in strength units: 3 units are odds of twenty to one. Denser where most groups are.
SPREADS = 3.0 * np.linspace(0.0, 1.0, 401) ** 2


@dataclass(frozen=True, eq=False, slots=True)
class ShrunkGroups:
    """Strengths in each of k groups, alone and shrunk towards what they have in common.

    Attributes
    ----------
    competitors : m labels.
    alone, errors : (k, m) strengths of each group by itself, each row summing to zero, and their standard errors.
    strengths : (k, m) shrunk.
    lower, upper : (k, m) ends of each shrunk strength's interval.
    common : (m,) what the groups have in common.
    spread : how much a competitor's strength differs between groups, a standard deviation in strength units.
    level : coverage of the intervals, on average over groups and competitors.
    """

    competitors: tuple[str, ...]
    alone: FloatArray
    errors: FloatArray
    strengths: FloatArray
    lower: FloatArray
    upper: FloatArray
    common: FloatArray
    spread: float
    level: float


@one_blas_thread
def shrink_groups(
    comparisons: Comparisons, group: IntArray, *, level: float = LEVEL, prior_precision: float = PRIOR_PRECISION
) -> ShrunkGroups:
    r"""Fit each group of raters, and pull it towards the others by as much as its votes leave open.

    .. math:: y_{gi} \mid \theta_{gi} \sim N(\theta_{gi}, s_{gi}^2), \qquad \theta_{gi} \sim N(\mu_i, \tau^2 (1 - 1/m))

    with the strength y of competitor i from the votes of group g alone and its standard error s by rater (CV3). For a
    given spread tau, the common strengths :math:`\mu` have a flat prior, and

    .. math:: \mathrm{E}[\theta_{gi}] = \hat\mu_i + B_{gi} (y_{gi} - \hat\mu_i), \qquad
              \mathrm{Var}(\theta_{gi}) = B_{gi} s_{gi}^2 + (1 - B_{gi})^2 \mathrm{Var}(\hat\mu_i), \qquad
              B_{gi} = \frac{\tau^2 (1 - 1/m)}{s_{gi}^2 + \tau^2 (1 - 1/m)}

    Both are averaged over the posterior of tau, from the restricted likelihood with a flat prior, so that intervals
    hold although the spread is estimated (Gelman et al., 2013, Bayesian Data Analysis, section 5.4; Morris, 1983,
    Journal of the American Statistical Association 78); the variance gains what the mean varies by. Intervals reach
    Student's quantile with the degrees of freedom of s. Their coverage is an average over groups: a group unlike all
    others is pulled towards them too far. Strengths sum to zero, hence 1 - 1/m, and the likelihood counts m - 1
    competitors.

    Each group is fitted with a weak prior centred on the strengths of all raters, so that a competitor that hardly met
    anybody in a group is no obstacle. Raters belong to one group.

    Parameters
    ----------
    group : (u,) from 0, the group of each rater number, or -1 for raters in none, who are left out.
    prior_precision : of the weak prior, above 0.

    Raises
    ------
    ValueError
        If there are fewer than two groups, a group has fewer than ten raters with votes, or there is no prior.
    DisconnectedError
        If no chain of comparisons of all groups connects all competitors.
    MissingColumnError
        If the comparisons do not say who judged.
    """
    if prior_precision <= 0.0:
        raise ValueError("Fits of groups need a prior: set prior_precision above 0")
    rater = rater_column(comparisons)
    used = comparisons.select((group[rater] >= 0) & (comparisons.weights > 0))
    label = group[rater_column(used)]
    count = int(label.max(initial=-1)) + 1
    _require_raters(np.bincount(group[np.unique(rater_column(used))], minlength=count))
    centre = fit_bradley_terry(used, prior_precision=prior_precision).strengths
    found = [_fit_alone(used.select(label == number), centre, prior_precision) for number in range(count)]
    alone, errors, degrees = (np.array(part) for part in zip(*found, strict=True))
    shrunk, variance, common, spread = _shrink(alone, errors)
    reach = stdtrit(degrees, 0.5 * (1.0 + level)) * np.sqrt(variance)
    return ShrunkGroups(
        competitors=comparisons.competitors,
        alone=frozen(alone),
        errors=frozen(errors),
        strengths=frozen(shrunk),
        lower=frozen(shrunk - reach),
        upper=frozen(shrunk + reach),
        common=frozen(common),
        spread=spread,
        level=level,
    )


def _require_raters(raters: IntArray) -> None:
    if len(raters) < FEWEST_GROUPS or (raters < FEWEST_RATERS).any():
        raise ValueError(
            f"Groups have {raters.tolist()} raters with votes; two groups, with {FEWEST_RATERS} each, are needed"
        )


def _fit_alone(
    comparisons: Comparisons, centre: FloatArray, prior_precision: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return strengths, standard errors and degrees of freedom, (m,) each, of one group."""
    pairs = count_pairs(comparisons)
    objective = BradleyTerryObjective(pairs.low, pairs.high, pairs.score, pairs.total, prior_precision, centre)
    optimum = maximise(objective, centre)
    fit = BradleyTerryFit(pairs, optimum.strengths, prior_precision, optimum.iterations, optimum.gradient_norm)
    sandwich = estimate_sandwich(comparisons, fit)
    return optimum.strengths, sandwich.standard_errors, sandwich.degrees


def _shrink(alone: FloatArray, errors: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """Return shrunk strengths and their variances, (k, m) each, the common strengths (m,) and the spread."""
    free = 1.0 - 1.0 / alone.shape[1]
    noise, between = errors**2, free * SPREADS[:, None, None] ** 2
    weight = 1.0 / (noise + between)
    known = weight.sum(axis=1, keepdims=True)
    common = (weight * alone).sum(axis=1, keepdims=True) / known
    away = alone - common
    likelihood = 0.5 * free * (np.log(weight) - weight * away**2).sum(axis=(1, 2)) - 0.5 * free * np.log(known).sum(
        axis=(1, 2)
    )
    share = np.exp(likelihood - likelihood.max()) * np.gradient(SPREADS)
    share /= share.sum()
    kept = between * weight
    mean = common + kept * away
    variance = kept * noise + (1.0 - kept) ** 2 / known
    shrunk = np.tensordot(share, mean, axes=1)
    whole = np.tensordot(share, variance + (mean - shrunk) ** 2, axes=1)
    shrunk -= shrunk.mean(axis=1, keepdims=True)
    return shrunk, whole, np.tensordot(share, common, axes=1)[0], float(share @ SPREADS)
