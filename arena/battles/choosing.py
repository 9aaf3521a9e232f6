"""Which answer of a scored turn is chosen: the highest, and of several highest ones any, with the same chance."""

import random
from collections.abc import Mapping


def chosen_of(scores: Mapping[str, int], *, seed: int) -> str:
    """Return the side with the highest score; a tie is broken by `seed` alone, so that it can be repeated."""
    highest = max(scores.values())
    best = sorted(side for side, score in scores.items() if score == highest)
    return random.Random(seed).choice(best)  # noqa: S311 - repeatable from its seed on purpose; it guards no secret
