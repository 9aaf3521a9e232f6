"""The model by which simulated raters vote."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from arena.battles.models import Vote
from ratings.core.arrays import FloatArray, IntArray

WINNERS = (Vote.Winner.MODEL_A, Vote.Winner.MODEL_B, Vote.Winner.TIE, Vote.Winner.BOTH_BAD)


@dataclass(frozen=True, slots=True)
class VotingModel:
    """How votes follow from two strengths on the natural-log scale.

    Each answer is bad by itself with probability expit(`bad_below` - strength); when both are, the vote is "both bad".
    Otherwise the vote is drawn by Davidson's extension of the Bradley-Terry model to ties (Davidson 1970, section 2):
    A, tie and B have chances proportional to exp(strength_a), `ties` * exp((strength_a + strength_b) / 2) and
    exp(strength_b). Sides do not matter.
    """

    ties: float = 0.35
    bad_below: float = -0.5

    def chances(self, strength_a: FloatArray, strength_b: FloatArray) -> FloatArray:
        """Return the probabilities (n, 4) of the votes in `WINNERS`, for strengths (n,); each row sums to one."""
        both_bad = expit(self.bad_below - strength_a) * expit(self.bad_below - strength_b)
        half = (strength_a - strength_b) / 2
        weights = np.stack([np.exp(half), np.exp(-half), np.full_like(half, self.ties)], axis=1)
        judged = (1 - both_bad) / weights.sum(axis=1)
        return np.column_stack([weights * judged[:, np.newaxis], both_bad])

    def draw(self, strength_a: FloatArray, strength_b: FloatArray, *, rng: np.random.Generator) -> IntArray:
        """Draw one vote for each of n pairs, as positions (n,) in `WINNERS`."""
        reached = np.cumsum(self.chances(strength_a, strength_b), axis=1)[:, :-1]
        drawn: IntArray = np.count_nonzero(rng.random(len(reached))[:, np.newaxis] >= reached, axis=1)
        return drawn
