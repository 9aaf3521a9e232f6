"""The other side of a comparison: how well each prompt tells competitors apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ratings.core.arrays import FloatArray, frozen
from ratings.core.resampling import prompt_column

if TYPE_CHECKING:
    from ratings.core.bradley_terry import BradleyTerryFit
    from ratings.core.comparisons import Comparisons

PRIOR_SD = 0.5
STEPS = 60


@dataclass(frozen=True, eq=False, slots=True)
class Discrimination:
    """How steeply votes on each prompt follow the strengths.

    Attributes
    ----------
    log_slope : (q,) 0 for a prompt that tells competitors apart as well as the average; the slope is its exponential.
    standard_deviation : (q,) of the posterior of `log_slope`; that of the prior for a prompt without votes.
    """

    log_slope: FloatArray
    standard_deviation: FloatArray


def fit_discrimination(comparisons: Comparisons, fit: BradleyTerryFit, *, prior_sd: float = PRIOR_SD) -> Discrimination:
    r"""Estimate the discrimination of each prompt, given the strengths of `fit`.

    .. math:: P(a \text{ beats } b \mid q) = \sigma\big(e^{s_q} (\theta_a - \theta_b)\big), \; s_q \sim N(0, \sigma_s^2)

    the two-parameter model of item response theory on differences (Birnbaum, 1968), one Newton iteration for each
    prompt, all prompts at once, with the expected information, so that every step goes uphill. Prompts on which the
    weaker answer wins get a slope near 0.

    Raises
    ------
    MissingColumnError
        If the comparisons do not say what was asked.
    """
    prompt = prompt_column(comparisons)
    gap = fit.strengths[comparisons.a] - fit.strengths[comparisons.b]
    size, precision = int(prompt.max(initial=-1)) + 1, prior_sd**-2
    slope = np.zeros(size)
    information = np.full(size, precision)
    for _ in range(STEPS):
        steep = np.exp(slope)[prompt] * gap
        chance = expit(steep)
        push = np.bincount(prompt, comparisons.weights * (comparisons.outcome - chance) * steep, size)
        bend = np.bincount(prompt, comparisons.weights * chance * (1.0 - chance) * steep**2, size)
        information = bend + precision
        step = np.clip((push - precision * slope) / information, -0.5, 0.5)
        slope = slope + step
        if np.abs(step).max(initial=0.0) < 1e-9:  # noqa: PLR2004  far below any standard deviation
            break
    return Discrimination(frozen(slope), frozen(1.0 / np.sqrt(information)))


def prompt_difficulty(both_bad: FloatArray, judged: FloatArray, *, weight: float = 10.0) -> FloatArray:
    """Return (q,) how hard each prompt is: its both-bad rate, shrunk to the overall rate by `weight` votes' worth.

    Both-bad votes say that no answer was good enough, which comparisons cannot. Shrinking keeps a prompt with two votes
    from being the hardest (Efron and Morris, 1975, Journal of the American Statistical Association 70).

    Parameters
    ----------
    both_bad, judged : (q,) both-bad votes and votes of any kind on each prompt.
    """
    overall = both_bad.sum() / judged.sum() if judged.sum() > 0 else 0.0
    rate: FloatArray = (both_bad + weight * overall) / (judged + weight)
    return rate
