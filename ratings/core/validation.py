"""How good predictions of outcomes were."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray

SMALLEST = 1e-12
BINS = 10


@dataclass(frozen=True, slots=True)
class PredictionScores:
    """Scores of probabilities for loss, tie and win; lower is better in all.

    Attributes
    ----------
    log_loss : minus the mean log probability of what happened, in natural-log units.
    brier : mean squared distance between probabilities and what happened, summed over the three outcomes (Brier, 1950).
    calibration_error : mean absolute difference between the expected and the observed score (a tie half) within ten
        bins of the expected score, weighted by their size (Naeini, Cooper and Hauskrecht, 2015, AAAI).
    comparisons : how many were predicted.
    """

    log_loss: float
    brier: float
    calibration_error: float
    comparisons: int


def score_predictions(probabilities: FloatArray, outcome: FloatArray) -> PredictionScores:
    """Score probabilities (n, 3) of loss, tie and win against outcomes (n,) of 0, 1/2 and 1."""
    happened = np.rint(2 * outcome).astype(np.intp)
    rows = np.arange(len(outcome))
    wrong = probabilities.copy()
    wrong[rows, happened] -= 1.0
    expected = probabilities[:, 2] + 0.5 * probabilities[:, 1]
    return PredictionScores(
        log_loss=float(-np.log(np.maximum(probabilities[rows, happened], SMALLEST)).mean()),
        brier=float(np.sum(wrong**2, axis=1).mean()),
        calibration_error=_calibration_error(expected, outcome),
        comparisons=len(outcome),
    )


def _calibration_error(expected: FloatArray, outcome: FloatArray) -> float:
    place = np.minimum((expected * BINS).astype(np.intp), BINS - 1)
    return float(np.abs(np.bincount(place, expected - outcome, BINS)).sum() / len(outcome))
