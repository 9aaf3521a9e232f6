"""Ratings that are updated vote by vote, for comparison: they depend on the order of votes, and the fits do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.core.arrays import FloatArray, frozen
from ratings.core.compiled import compiled
from ratings.core.scale import CENTRE, POINTS_PER_UNIT

if TYPE_CHECKING:
    from ratings.core.arrays import IntArray
    from ratings.core.comparisons import Comparisons

K_FACTOR = 4.0
DEVIATION = 350.0
VOLATILITY = 0.06
TAU = 0.5
GLICKO_CENTRE = 1500.0
GLICKO_SCALE = 173.7178
CONVERGENCE = 1e-6


def elo_ratings(comparisons: Comparisons, *, k_factor: float = K_FACTOR, start: float = CENTRE) -> FloatArray:
    r"""Return (m,) Elo ratings in points after all rows, in their order.

    .. math:: R_a \leftarrow R_a + K w \big(s - \tfrac{1}{1 + 10^{(R_b - R_a) / 400}}\big)

    and the opposite for b (Elo, 1978, The Rating of Chessplayers, section 1.6). The sum of ratings does not change.
    """
    ratings = np.full(len(comparisons.competitors), start)
    weights = np.ascontiguousarray(comparisons.weights)
    _play(comparisons.a, comparisons.b, comparisons.outcome, weights, k_factor, POINTS_PER_UNIT, ratings)
    return ratings


@compiled
def _play(  # noqa: PLR0913, PLR0917  arrays, so that the loop can be compiled
    a: IntArray,
    b: IntArray,
    outcome: FloatArray,
    weight: FloatArray,
    k_factor: float,
    scale: float,
    ratings: FloatArray,
) -> None:
    for row in range(len(a)):
        expected = 1.0 / (1.0 + np.exp((ratings[b[row]] - ratings[a[row]]) / scale))
        change = k_factor * weight[row] * (outcome[row] - expected)
        ratings[a[row]] += change
        ratings[b[row]] -= change


@dataclass(frozen=True, eq=False, slots=True)
class GlickoRatings:
    """Ratings and rating deviations in points around 1500, and volatilities, (m,) each."""

    ratings: FloatArray
    deviations: FloatArray
    volatilities: FloatArray


def glicko_start(competitors: int) -> GlickoRatings:
    """Return what competitors without any game have."""
    return GlickoRatings(
        np.full(competitors, GLICKO_CENTRE), np.full(competitors, DEVIATION), np.full(competitors, VOLATILITY)
    )


def glicko_period(before: GlickoRatings, comparisons: Comparisons, *, tau: float = TAU) -> GlickoRatings:
    """Return Glicko-2 ratings after one period, whose comparisons count as simultaneous.

    Glickman (2012, Example of the Glicko-2 system, steps 2 to 8). Who did not play only becomes less certain.
    """
    mu = (before.ratings - GLICKO_CENTRE) / GLICKO_SCALE
    phi = before.deviations / GLICKO_SCALE
    own = np.concatenate([comparisons.a, comparisons.b])
    other = np.concatenate([comparisons.b, comparisons.a])
    score = np.concatenate([comparisons.outcome, 1.0 - comparisons.outcome])
    weight = np.tile(comparisons.weights, 2)
    damping = 1.0 / np.sqrt(1.0 + 3.0 * phi[other] ** 2 / np.pi**2)
    expected = 1.0 / (1.0 + np.exp(-damping * (mu[own] - mu[other])))
    size = len(mu)
    precision = np.bincount(own, weight * damping**2 * expected * (1.0 - expected), size)
    push = np.bincount(own, weight * damping * (score - expected), size)
    played = precision > 0
    volatility = before.volatilities.copy()
    for member in np.flatnonzero(played):
        variance = 1.0 / precision[member]
        volatility[member] = _new_volatility(
            float(volatility[member]), float(phi[member]), variance, variance * float(push[member]), tau
        )
    spread = np.sqrt(phi**2 + volatility**2)
    spread[played] = 1.0 / np.sqrt(1.0 / spread[played] ** 2 + precision[played])
    moved = mu + np.where(played, spread**2 * push, 0.0)
    return GlickoRatings(
        frozen(GLICKO_CENTRE + GLICKO_SCALE * moved), frozen(GLICKO_SCALE * spread), frozen(volatility)
    )


def _new_volatility(volatility: float, phi: float, variance: float, delta: float, tau: float) -> float:
    """Solve step 5 by the Illinois form of regula falsi, as the source gives it."""
    start = float(np.log(volatility**2))

    def slope(x: float) -> float:
        grown = np.exp(x)
        total = phi**2 + variance + grown
        return float(grown * (delta**2 - total) / (2.0 * total**2) - (x - start) / tau**2)

    low = start
    if delta**2 > phi**2 + variance:
        high = float(np.log(delta**2 - phi**2 - variance))
    else:
        step = 1
        while slope(start - step * tau) < 0:
            step += 1
        high = start - step * tau
    at_low, at_high = slope(low), slope(high)
    while abs(high - low) > CONVERGENCE:
        middle = low + (low - high) * at_low / (at_high - at_low)
        at_middle = slope(middle)
        if at_middle * at_high <= 0:
            low, at_low = high, at_high
        else:
            at_low *= 0.5
        high, at_high = middle, at_middle
    return float(np.exp(low / 2.0))
