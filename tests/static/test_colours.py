"""The colours of both themes: readable, and neither side of a comparison brighter than the other."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
THEMES = {"light": 0, "dark": 1}
TEXT_CONTRAST = 4.5
CONTROL_CONTRAST = 3.0

pytestmark = pytest.mark.unit


def colour(name: str, theme: str) -> str:
    pairs: dict[str, tuple[str, str]] = {
        found: (light, dark) for found, light, dark in PAIR.findall(TOKENS.read_text(encoding="utf-8"))
    }
    return pairs[name][THEMES[theme]]


def luminance(value: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text", ["ink", "muted", "side-a", "side-b"])
@pytest.mark.parametrize("ground", ["paper", "surface", "sunken"])
def test_text_is_readable(text: str, ground: str, theme: str) -> None:
    measured = contrast(colour(text, theme), colour(ground, theme))

    assert measured >= TEXT_CONTRAST


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("side", ["a", "b"])
def test_vote_button_is_readable_and_outlined(side: str, theme: str) -> None:
    tint = colour(f"side-{side}-tint", theme)

    assert contrast(colour("ink", theme), tint) >= TEXT_CONTRAST
    assert contrast(colour(f"side-{side}", theme), tint) >= CONTROL_CONTRAST


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_edges_of_controls_are_visible(ground: str, theme: str) -> None:
    measured = contrast(colour("edge", theme), colour(ground, theme))

    assert measured >= CONTROL_CONTRAST


@pytest.mark.parametrize("theme", THEMES)
def test_sides_are_equally_bright(theme: str) -> None:
    side_a, side_b = luminance(colour("side-a", theme)), luminance(colour("side-b", theme))

    assert side_a == pytest.approx(side_b, rel=0.02)
