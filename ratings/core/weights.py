"""Weights of comparisons, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ratings.core.arrays import FloatArray, IntArray


def effective_sample_size(weights: FloatArray) -> float:
    r"""Return how many equally weighted comparisons are as precise as these: :math:`(\sum w)^2 / \sum w^2`.

    Kish (1965, Survey Sampling, section 11.7). It is the number of rows when all weigh the same; 0 without any weight.
    """
    squares = float(np.sum(weights**2))
    return float(np.sum(weights)) ** 2 / squares if squares > 0 else 0.0


def inverse_probability_weights(probability: FloatArray, *, longest: float = np.inf) -> FloatArray:
    """Return (n,) weights that undo an uneven draw of pairs, averaging 1.

    A correct Bradley-Terry model does not need them; averages over pairs do, and so does a fit whose model is doubtful
    (Horvitz and Thompson, 1952, Journal of the American Statistical Association 47).

    Parameters
    ----------
    probability : (n,) with which each comparison's pair was drawn, above 0 and at most 1.
    longest : weights are cut at this multiple of their median, which trades some bias for a larger effective sample.

    Raises
    ------
    ValueError
        If a probability is out of range.
    """
    if not np.all((probability > 0) & (probability <= 1)):
        raise ValueError("Probabilities of draws must be above 0 and at most 1")
    weights = 1.0 / probability
    weights = np.minimum(weights, longest * np.median(weights)) if len(weights) else weights
    return np.asarray(weights * (len(weights) / max(weights.sum(), 1e-300)), dtype=np.float64)


def post_stratification_weights(group: IntArray, shares: Mapping[int, float]) -> FloatArray:
    """Return (n,) weights with which each group has its share of the population, averaging 1.

    Parameters
    ----------
    group : (n,) the group of each comparison.
    shares : of each group in the population; they are scaled to add up to 1. A group without comparisons is left out,
        so look at what is missing before using the result.

    Raises
    ------
    ValueError
        If a group of the comparisons has no share, or a share is negative.
    """
    present, place, counts = np.unique(group, return_inverse=True, return_counts=True)
    missing = [int(number) for number in present if int(number) not in shares]
    if missing or any(share < 0 for share in shares.values()):
        raise ValueError(f"Every group needs a share of at least 0; groups without one: {missing}")
    wanted = np.array([shares[int(number)] for number in present], dtype=np.float64)
    factors = wanted / max(wanted.sum(), 1e-300) * len(group) / counts
    return np.asarray(factors[place], dtype=np.float64)
