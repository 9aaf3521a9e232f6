"""Bars, as numbers for an SVG. It is stretched to its place, so it holds no text and no lines."""

from collections.abc import Sequence
from dataclasses import dataclass

# The place that a chart is drawn in, in its own units.
WIDTH = 480
HEIGHT = 64
GAP_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in the units of the chart; `kind` is the class that colours it."""

    kind: str
    x: float
    y: float
    width: float
    height: float


def draw_bars(values: Sequence[float | None], *, top: float, kind: str, last: str = "") -> list[Bar]:
    """Return a bar for each value that is not missing or zero; `top` is the value that reaches the top.

    The last place, which is not over, gets the kind `last` where one is given.
    """
    step = WIDTH / len(values)
    bars = []
    for place, value in enumerate(values):
        if not value:
            continue
        height = round(max(1.0, HEIGHT * value / top), 1)
        own = last if last and place == len(values) - 1 else kind
        x = round(step * (place + GAP_SHARE / 2), 1)
        bars.append(Bar(own, x, round(HEIGHT - height, 1), round(step * (1 - GAP_SHARE), 1), height))
    return bars
