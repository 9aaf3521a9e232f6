"""One rater's own board, from the first vote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, ndtri

from ratings.core.arrays import FloatArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.method import LEVEL
from ratings.core.newton import invert_information, maximise
from ratings.core.objective import BradleyTerryObjective
from ratings.core.pairs import count_pairs
from ratings.core.resampling import cluster_rows

if TYPE_CHECKING:
    from ratings.core.bradley_terry import BradleyTerryFit
    from ratings.core.comparisons import Comparisons

# The square of 16 sqrt(3) / (15 pi), with which a normal deviate in a logistic curve flattens it.
FLATTENING = (16.0 * np.sqrt(3.0) / (15.0 * np.pi)) ** 2
# In strength units: with less, one vote says nothing about the next; with more, nobody would agree with anybody.
LEAST, MOST = 0.1, 3.0


@dataclass(frozen=True, eq=False, slots=True)
class PersonalBoard:
    """What one rater likes, as far as their votes and those of all others tell.

    Attributes
    ----------
    competitors : m labels.
    strengths : (m,) summing to zero.
    lower, upper : (m,) ends of each strength's interval.
    level : coverage of the intervals, on average over raters.
    """

    competitors: tuple[str, ...]
    strengths: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float


@one_blas_thread
def estimate_taste_spread(comparisons: Comparisons, fit: BradleyTerryFit) -> float:
    r"""Return the standard deviation between raters of what each likes about a competitor, in strength units.

    Two votes of one rater agree beyond what `fit` says only by that rater's taste. With residuals r, curvatures
    :math:`a = p (1 - p)` and x, which is +1 and -1 at the competitors of a vote,

    .. math:: \tau^2 \, f(\tau) = \frac{\sum_{v \ne w} r_v r_w \, x_v^\top x_w}
              {\sum_{v \ne w} a_v a_w (x_v^\top x_w)^2}, \qquad
              f = \frac{\sum_v b_v(\tau)^2}{\sum_v a_v^2}

    over pairs of votes of the same rater, to first order in the covariance of the two differences. The board averages
    over raters, which flattens its curves: b is the mean slope, by quadrature, of the logistic curve over a difference
    with variance :math:`2 \tau^2`, stretched as in `fit_personal_board`. The result is kept between 0.1 and 3.

    Raises
    ------
    MissingColumnError
        If the comparisons do not say who judged.
    """
    units, pairs, size = cluster_rows(comparisons, fit.pairs, "rater"), fit.pairs, len(fit.strengths)
    rater = np.repeat(np.arange(units.count), np.diff(units.start))
    chance = fit.probability[units.pair]
    residual, bend = units.weight * (units.outcome - chance), units.weight * chance * (1.0 - chance)
    low, high = rater * size + pairs.low[units.pair], rater * size + pairs.high[units.pair]
    cells = units.count * size
    score = np.bincount(low, residual, cells) - np.bincount(high, residual, cells)
    degree = np.bincount(low, bend, cells) + np.bincount(high, bend, cells)
    _, met = np.unique(rater * len(pairs.low) + units.pair, return_inverse=True)
    together = np.bincount(met, bend)
    # Each vote with itself is taken off: x'x is 2.
    agreement = score @ score - 2.0 * residual @ residual
    most = degree @ degree + 2.0 * together @ together - 4.0 * bend @ bend
    apparent = float(agreement) / float(most) if most > 0.0 else 0.0

    def beyond(taste: float) -> float:
        return taste**2 * _visible(taste, fit) - apparent

    if beyond(LEAST) >= 0.0:
        return LEAST
    return float(brentq(beyond, LEAST, MOST, xtol=1e-4)) if beyond(MOST) > 0.0 else MOST


def _visible(taste: float, fit: BradleyTerryFit) -> float:
    """Return f of `estimate_taste_spread`: how much of the square of a taste is seen in the votes of a board."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(31)
    gap = _stretch(taste) * (fit.strengths[fit.pairs.low] - fit.strengths[fit.pairs.high])
    chance = expit(gap[:, None] + np.sqrt(2.0) * taste * nodes)
    slope = (chance * (1.0 - chance)) @ weights / weights.sum()
    total = fit.pairs.total
    return float(total @ slope**2 / (total @ (fit.probability * (1.0 - fit.probability)) ** 2))


def _stretch(taste: float) -> float:
    """Return how much further apart one rater's strengths are than those of a board that averages over raters."""
    return float(np.sqrt(1.0 + 2.0 * FLATTENING * taste**2))


@one_blas_thread
def fit_personal_board(
    own: Comparisons, fit: BradleyTerryFit, covariance: FloatArray, taste: float, *, level: float = LEVEL
) -> PersonalBoard:
    r"""Return the strengths of one rater, who is one of those with tastes around the board `fit`.

    .. math:: \theta \sim N\big(\sqrt{1 + 2 c^2 \tau^2} \, \hat\theta, \, \tau^2 I \big)

    before the first vote: a person decides more sharply than the average over people, of whom some think otherwise, so
    the strengths of the board are stretched, with c = 16 sqrt(3) / (15 pi) (Zeger, Liang and Albert, 1988, Biometrics
    44, section 3). The votes then move them: the mode of the
    posterior with a normal approximation around it (Gelman et al., 2013, Bayesian Data Analysis, section 4.1), to which
    the uncertainty of the board itself is added. The intervals take the spread tau as known.

    Parameters
    ----------
    own : the rater's comparisons, of the same competitors; they may be none.
    covariance : (m, m) of the board's strengths, as in `estimate_sandwich`.
    taste : tau, above 0.

    Raises
    ------
    ValueError
        If the competitors are others, or there is no spread.
    """
    if own.competitors != fit.competitors or taste <= 0.0:
        raise ValueError("A personal board needs the competitors of the whole, and a spread of tastes above 0")
    stretch = _stretch(taste)
    centre, pairs = stretch * fit.strengths, count_pairs(own)
    objective = BradleyTerryObjective(pairs.low, pairs.high, pairs.score, pairs.total, taste**-2, centre)
    strengths = maximise(objective, centre).strengths
    inverse = invert_information(objective.information(strengths))
    # How far the result follows its prior's centre.
    following = stretch * taste**-2 * inverse
    errors = np.sqrt(np.diag(inverse + following @ covariance @ following.T))
    reach = ndtri(0.5 * (1.0 + level)) * errors
    return PersonalBoard(
        fit.competitors, frozen(strengths), frozen(strengths - reach), frozen(strengths + reach), level
    )
