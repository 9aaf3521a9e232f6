"""From natural-log strengths to the numbers that people read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray

CENTRE = 1000.0
POINTS_PER_UNIT = 400.0 / math.log(10.0)


def rating(strengths: FloatArray) -> FloatArray:
    """Return 1000 + (400 / ln 10) * strength, any shape; 400 points are odds of ten to one, as in chess."""
    return CENTRE + POINTS_PER_UNIT * strengths


def centred(strengths: FloatArray) -> FloatArray:
    """Shift (..., m) so that each fit averages zero over its competitors.

    Centring on the mean, not on one competitor, keeps that competitor's error out of everybody else's interval.
    """
    shifted: FloatArray = strengths - strengths.mean(axis=-1, keepdims=True)
    return shifted
