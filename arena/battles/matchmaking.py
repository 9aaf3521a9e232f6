"""Which two contestants meet. Every draw tells the probability with which it was made (Law 4)."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

UNIFORM = "weighted-uniform-1"


class NotEnoughContestantsError(Exception):
    """Fewer than two contestants can be drawn: register or activate another one."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Two contestants, A to the left, and the probability of this unordered pair."""

    a: int
    b: int
    probability: float
    seed: int
    matchmaker: str = UNIFORM


def draw_pair(weights: Mapping[int, float], *, seed: int) -> Draw:
    """Draw an unordered pair with a chance proportional to the product of the two weights, then its sides by a coin.

    The same weights and seed give the same draw.

    Raises
    ------
    NotEnoughContestantsError
        When fewer than two weights are positive.
    """
    rng = random.Random(seed)  # noqa: S311 - a study's draw must be repeatable from its seed; it guards no secret
    keys = sorted(key for key, weight in weights.items() if weight > 0)
    pairs = [(first, second) for index, first in enumerate(keys) for second in keys[index + 1 :]]
    if not pairs:
        message = "fewer than two contestants are in the draw"
        raise NotEnoughContestantsError(message)
    chances = [weights[first] * weights[second] for first, second in pairs]
    [position] = rng.choices(range(len(pairs)), weights=chances)
    a, b = pairs[position] if rng.random() < 0.5 else pairs[position][::-1]  # noqa: PLR2004 - a fair coin
    return Draw(a, b, chances[position] / sum(chances), seed)
