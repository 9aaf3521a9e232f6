"""Comparisons drawn from a known truth, to check estimators against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ratings.core.comparisons import Comparisons
from ratings.core.newton import maximise
from ratings.core.objective import BradleyTerryObjective

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Electorate:
    """Who votes.

    Attributes
    ----------
    raters : how many people.
    taste_sd : standard deviation, in strength units, of each person's own liking of each competitor.
    activity_sd : standard deviation of the log of how much people vote; 0 when all vote alike, above 1 when a few cast
        most votes.
    prompts : how many prompts votes are spread over; 0 for votes without prompts.
    prompt_sd : standard deviation, in strength units, of how well each prompt suits each competitor.
    tie_rate : probability of a tie, whatever the pair; the rest is decided by Bradley-Terry.
    """

    raters: int
    taste_sd: float = 0.0
    activity_sd: float = 0.0
    tie_rate: float = 0.1
    prompts: int = 0
    prompt_sd: float = 0.0


def simulate(strengths: FloatArray, votes: int, electorate: Electorate, rng: np.random.Generator) -> Comparisons:
    """Draw `votes` comparisons of uniformly drawn pairs among competitors "0", "1", ..., with raters named."""
    size = len(strengths)
    activity = rng.lognormal(0.0, electorate.activity_sd, electorate.raters)
    rater = rng.choice(electorate.raters, votes, p=activity / activity.sum())
    a, b = _pairs(size, votes, rng)
    taste = rng.normal(0.0, electorate.taste_sd, (electorate.raters, size))
    difference = (strengths + taste)[rater, a] - (strengths + taste)[rater, b]
    prompt = None
    if electorate.prompts:
        prompt = rng.integers(0, electorate.prompts, votes)
        fit = rng.normal(0.0, electorate.prompt_sd, (electorate.prompts, size))
        difference += fit[prompt, a] - fit[prompt, b]
    wins = rng.random(votes) < expit(difference)
    ties = rng.random(votes) < electorate.tie_rate
    return Comparisons(
        competitors=tuple(str(index) for index in range(size)),
        a=a,
        b=b,
        outcome=np.where(ties, 0.5, wins.astype(np.float64)),
        rater=rater,
        prompt=prompt,
    )


def pseudo_truth(strengths: FloatArray, electorate: Electorate) -> FloatArray:
    """Return (m,) the centred strengths that endlessly many votes would give.

    When tastes differ, and where ties count as half wins, the fit aims at the average share that each competitor takes
    from each other, not at the average of individual strengths. All pairs count alike here, as in `simulate`.
    """
    size = len(strengths)
    low, high = np.triu_indices(size, k=1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(61)
    spread = np.sqrt(2.0) * np.hypot(electorate.taste_sd, electorate.prompt_sd) * nodes
    share = expit((strengths[low] - strengths[high])[:, None] + spread) @ weights / weights.sum()
    score = (1.0 - electorate.tie_rate) * share + 0.5 * electorate.tie_rate
    objective = BradleyTerryObjective(low, high, score, np.ones(len(low)), 0.0, np.zeros(size))
    return maximise(objective, np.zeros(size)).strengths


def _pairs(size: int, votes: int, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    a = rng.integers(0, size, votes)
    b = (a + rng.integers(1, size, votes)) % size
    return a.astype(np.intp), b.astype(np.intp)
