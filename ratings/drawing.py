"""A rating over time, drawn: numbers in, positions of an SVG's elements out; rounded, and never localised."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 480
HEIGHT = 144
EDGE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points, and the band of their intervals; `low` and `high` are the values at the box's edges."""

    points: str
    band: str
    last: tuple[str, str]
    low: int
    high: int
    width: int = WIDTH
    height: int = HEIGHT


def draw_line(points: Sequence[tuple[float, float, float | None, float | None]]) -> Line:
    """Return the line through points (place from 0 to 1, value, lower, upper); there must be one at least."""
    values = [number for _place, *numbers in points for number in numbers if number is not None]
    low, high = int(min(values) // 10 * 10), int(-(-max(values) // 10) * 10)
    spread = max(high - low, 1)
    box = Line("", "", ("", ""), low, high)

    def at(place: float, value: float) -> tuple[str, str]:
        across, up = box.width - 2 * EDGE, box.height - 2 * EDGE
        return short(EDGE + place * across), short(EDGE + up * (1 - (value - low) / spread))

    with_interval = [(place, lower, upper) for place, _value, lower, upper in points if None not in (lower, upper)]
    above = [at(place, upper) for place, _lower, upper in with_interval if upper is not None]
    below = [at(place, lower) for place, lower, _upper in reversed(with_interval) if lower is not None]
    through = [at(place, value) for place, value, _lower, _upper in points]
    return Line(_joined(through), _joined([*above, *below]), through[-1], low, high)


def _joined(points: Sequence[tuple[str, str]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def short(number: float) -> str:
    """Return a position as an SVG has it: a tenth is finer than anybody sees."""
    return f"{number:.1f}".removesuffix(".0")
