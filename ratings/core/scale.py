"""From natural-log strengths to the numbers that people read."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ratings.core.arrays import BoolArray, FloatArray

CENTRE = 1000.0
POINTS_PER_UNIT = 400.0 / math.log(10.0)


def rating(strengths: FloatArray) -> FloatArray:
    """Return 1000 + (400 / ln 10) * strength, any shape; 400 points are odds of ten to one, as in chess."""
    return CENTRE + POINTS_PER_UNIT * strengths


def preferred_share(points: float) -> float:
    """Return how often somebody so many rating points ahead is preferred, a tie as half."""
    # Pages load this, and no scipy; unlike an exponential, this overflows nowhere.
    return (1.0 + math.tanh(points / POINTS_PER_UNIT / 2.0)) / 2.0


def centred(strengths: FloatArray, anchors: BoolArray) -> FloatArray:
    """Shift (..., m) so that each fit averages zero over the competitors that `anchors` (m,) marks.

    Centring on the mean of well-known competitors keeps the error of any single one out of everybody's interval: a
    newcomer with three votes among the anchors would widen all others severalfold.
    """
    shifted: FloatArray = strengths - strengths[..., anchors].mean(axis=-1, keepdims=True)
    return shifted


def centred_covariance(covariance: FloatArray, anchors: BoolArray) -> FloatArray:
    """Return the covariance (m, m) of `centred` strengths, given that of the strengths."""
    shift = np.eye(len(anchors)) - anchors / anchors.sum()
    shifted: FloatArray = shift @ covariance @ shift.T
    return shifted
