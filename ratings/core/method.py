"""The choices behind a board, with their defaults, apart from the mathematics: pages name them and compute nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Lambda of the prior: its standard deviation is 2 units of strength, or 347 points.
PRIOR_PRECISION = 0.25
LEVEL = 0.95
REPLICATES = 1000

IntervalMethod = Literal["bootstrap", "sandwich"]
Ties = Literal["half", "davidson", "rao-kupper"]


@dataclass(frozen=True, slots=True)
class BoardMethod:
    """The choices behind a board.

    Attributes
    ----------
    prior_precision : see `fit_bradley_terry`.
    interval : "bootstrap" (percentile, by rater) or "sandwich" (by rater, CV3).
    level : coverage of each interval, and of all rank bounds together.
    replicates : bootstrap replicates, also those that rank bounds are read from.
    minimum_raters : below this many raters a component gets no interval and no ranks, because resampling a handful of
        people says nothing about others.
    established_comparisons, established_raters : a competitor with fewer of either is preliminary: it has an interval,
        which is wide, and no rank.
    """

    prior_precision: float = PRIOR_PRECISION
    interval: IntervalMethod = "bootstrap"
    level: float = LEVEL
    replicates: int = REPLICATES
    minimum_raters: int = 10
    established_comparisons: int = 30
    established_raters: int = 10
