"""Which two contestants meet. Every draw tells the probability with which it was made (Law 4)."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

UNIFORM = "weighted-uniform-1"
UNIFORM_SET = "weighted-uniform-set-1"


FEWEST = 2


class NotEnoughContestantsError(Exception):
    """Fewer than two contestants can be drawn: register or activate another one."""


@dataclass(frozen=True, slots=True)
class Draw:
    """The contestants that meet, in the order of their sides, and the probability of drawing just these."""

    contestants: tuple[int, ...]
    probability: float
    seed: int
    matchmaker: str = UNIFORM

    @property
    def a(self) -> int:
        return self.contestants[0]

    @property
    def b(self) -> int:
        return self.contestants[1]


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
    pair = pairs[position] if rng.random() < 0.5 else pairs[position][::-1]  # noqa: PLR2004 - a fair coin
    return Draw(pair, chances[position] / sum(chances), seed)


def draw_set(weights: Mapping[int, float], *, most: int, seed: int) -> Draw:
    """Draw up to `most` contestants with a chance proportional to the product of their weights, then their sides.

    Where there are fewer, all of them meet. The same weights and seed give the same draw. One contestant after the
    other is taken or left, with sums of products that are computed once (conditional Poisson sampling: Chen, Dempster
    and Liu, 1994), so that many contestants take no longer than few.

    Raises
    ------
    NotEnoughContestantsError
        When fewer than two weights are positive.
    """
    rng = random.Random(seed)  # noqa: S311 - as above
    keys = sorted(key for key, weight in weights.items() if weight > 0)
    size = min(most, len(keys))
    if size < FEWEST:
        message = "fewer than two contestants are in the draw"
        raise NotEnoughContestantsError(message)
    sums = _sums_of_products([weights[key] for key in keys], size)
    drawn: list[int] = []
    for place in range(len(keys), 0, -1):
        left = size - len(drawn)
        key = keys[place - 1]
        if left and rng.random() * sums[place][left] < weights[key] * sums[place - 1][left - 1]:
            drawn.append(key)
    rng.shuffle(drawn)
    return Draw(tuple(drawn), prod(weights[key] for key in drawn) / sums[-1][size], seed, UNIFORM_SET)


def _sums_of_products(values: Sequence[float], size: int) -> list[list[float]]:
    """Return, for the first 0, 1, ... values, the sums of the products of each 0, 1, ... `size` of them."""
    sums = [[1.0, *[0.0] * size]]
    for value in values:
        before = sums[-1]
        sums.append([1.0, *(before[n] + value * before[n - 1] for n in range(1, size + 1))])
    return sums
