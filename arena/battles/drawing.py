"""Small drawings for pages, as numbers that a template puts into an SVG; rounded, and never localised."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 240
HEIGHT = 48
EDGE = 4


@dataclass(frozen=True, slots=True)
class Bars:
    """One stroke for each value, as an SVG path in a box of `width` times `height`."""

    path: str
    step: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points, and the band of their intervals; `low` and `high` are the values at the box's edges."""

    points: str
    band: str
    last: tuple[str, str]
    low: int
    high: int
    width: int = 2 * WIDTH
    height: int = 3 * HEIGHT


def draw_bars(values: Sequence[int]) -> Bars:
    """Return the bars of `values` from left to right; the highest reaches the top."""
    most = max(values, default=0) or 1
    step = WIDTH / max(len(values), 1)
    parts = [
        f"M{_short((place + 0.5) * step)} {HEIGHT}V{_short(HEIGHT - max(1.0, (HEIGHT - 1) * value / most))}"
        for place, value in enumerate(values)
        if value
    ]
    return Bars("".join(parts), _short(max(1.0, 0.75 * step)))


def draw_line(points: Sequence[tuple[float, float, float | None, float | None]]) -> Line:
    """Return the line through points (place from 0 to 1, value, lower, upper); there must be one at least."""
    values = [number for _place, *numbers in points for number in numbers if number is not None]
    low, high = int(min(values) // 10 * 10), int(-(-max(values) // 10) * 10)
    spread = max(high - low, 1)
    box = Line("", "", ("", ""), low, high)

    def at(place: float, value: float) -> tuple[str, str]:
        across, up = box.width - 2 * EDGE, box.height - 2 * EDGE
        return _short(EDGE + place * across), _short(EDGE + up * (1 - (value - low) / spread))

    with_interval = [(place, lower, upper) for place, _value, lower, upper in points if None not in (lower, upper)]
    above = [at(place, upper) for place, _lower, upper in with_interval if upper is not None]
    below = [at(place, lower) for place, lower, _upper in reversed(with_interval) if lower is not None]
    through = [at(place, value) for place, value, _lower, _upper in points]
    return Line(_joined(through), _joined([*above, *below]), through[-1], low, high)


def _joined(points: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
