"""The model by which simulated raters vote: numbers only, no database."""

import math
import random
from dataclasses import dataclass

from arena.battles.models import Vote


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

    def chances(self, strength_a: float, strength_b: float) -> dict[Vote.Winner, float]:
        """Return the probability of each of the four votes; they sum to one."""
        both_bad = self._bad(strength_a) * self._bad(strength_b)
        half = (strength_a - strength_b) / 2
        weights = {
            Vote.Winner.MODEL_A: math.exp(half),
            Vote.Winner.MODEL_B: math.exp(-half),
            Vote.Winner.TIE: self.ties,
        }
        judged = (1 - both_bad) / sum(weights.values())
        return {winner: weight * judged for winner, weight in weights.items()} | {Vote.Winner.BOTH_BAD: both_bad}

    def draw(self, strength_a: float, strength_b: float, *, rng: random.Random) -> Vote.Winner:
        """Draw one vote."""
        chances = self.chances(strength_a, strength_b)
        [winner] = rng.choices(list(chances), weights=list(chances.values()))
        return winner

    def _bad(self, strength: float) -> float:
        return 1 / (1 + math.exp(strength - self.bad_below))
