"""Small drawings for pages, as numbers that a template puts into an SVG; rounded, and never localised."""

from collections.abc import Sequence
from dataclasses import dataclass

from ratings.drawing import short

WIDTH = 240
HEIGHT = 48


@dataclass(frozen=True, slots=True)
class Bars:
    """One stroke for each value, as an SVG path in a box of `width` times `height`."""

    path: str
    step: str
    width: int = WIDTH
    height: int = HEIGHT


def draw_bars(values: Sequence[int]) -> Bars:
    """Return the bars of `values` from left to right; the highest reaches the top."""
    most = max(values, default=0) or 1
    step = WIDTH / max(len(values), 1)
    parts = [
        f"M{short((place + 0.5) * step)} {HEIGHT}V{short(HEIGHT - max(1.0, (HEIGHT - 1) * value / most))}"
        for place, value in enumerate(values)
        if value
    ]
    return Bars("".join(parts), short(max(1.0, 0.75 * step)))
