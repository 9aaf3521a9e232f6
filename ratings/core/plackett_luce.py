"""Strengths from rankings of several answers, as scored openers give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from ratings.core.arrays import FloatArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.errors import NotConvergedError
from ratings.core.method import PRIOR_PRECISION
from ratings.core.newton import HALVINGS, MAX_ITERATIONS, ROUNDING, TOLERANCE, fix_gauge, invert_information

if TYPE_CHECKING:
    from ratings.core.arrays import IntArray

# Odds beyond any number of votes: a strength that went there was on its way to infinity when rounding stopped it.
FURTHEST = 20.0


@dataclass(frozen=True, eq=False, slots=True)
class PlackettLuceFit:
    """Strengths (m,) summing to zero, the inverse information (m, m), and how the optimum was reached."""

    strengths: FloatArray
    inverse_information: FloatArray
    prior_precision: float
    iterations: int
    gradient_norm: float
    converged: bool = True
    method: str = "Plackett-Luce, Newton"


@one_blas_thread
def fit_plackett_luce(
    rankings: IntArray,
    competitors: int,
    *,
    prior_precision: float = PRIOR_PRECISION,
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
) -> PlackettLuceFit:
    r"""Fit strengths to rankings by penalised maximum likelihood.

    .. math:: P(i_1 \succ \dots \succ i_k) = \prod_{s=1}^{k-1} \frac{e^{\theta_{i_s}}}{\sum_{t \ge s} e^{\theta_{i_t}}}

    Plackett (1975, Applied Statistics 24) and Luce (1959); with two in each ranking it is Bradley-Terry (Hunter, 2004,
    Annals of Statistics 32, section 5). The penalty is that of `fit_bradley_terry`.

    Parameters
    ----------
    rankings : (n, k) indices of competitors, the best first; shorter rankings end with -1. No ties: break equal scores
        beforehand, or leave such answers out.
    competitors : m.

    Raises
    ------
    ValueError
        If an index is out of range or occurs twice in a ranking.
    NotConvergedError
        If there is no finite optimum.
    """
    _check(rankings, competitors)
    strengths = np.zeros(competitors)
    value, gradient, information = _look(rankings, strengths, prior_precision)
    iterations, length = 0, np.inf
    while length > tolerance:
        if iterations == max_iterations:
            raise NotConvergedError(f"Strengths still moved by {length:.2g} after {max_iterations} Newton steps.")
        iterations += 1
        step = _step(gradient, information)
        length = float(np.max(np.abs(step), initial=0.0))
        for _ in range(HALVINGS):
            there = _look(rankings, strengths + step, prior_precision)
            if there[0] >= value - ROUNDING * (1.0 + abs(value)):
                break
            step = 0.5 * step
        strengths = strengths + step
        value, gradient, information = there
    if np.abs(strengths).max(initial=0.0) > FURTHEST:
        raise NotConvergedError("Some strengths have no finite optimum. Set prior_precision above 0.")
    return PlackettLuceFit(
        strengths=frozen(strengths),
        inverse_information=frozen(invert_information(information)),
        prior_precision=prior_precision,
        iterations=iterations,
        gradient_norm=float(np.linalg.norm(gradient)),
    )


def _check(rankings: IntArray, competitors: int) -> None:
    if rankings.ndim != 2 or (rankings < -1).any() or (rankings >= competitors).any():  # noqa: PLR2004  rows and places
        raise ValueError("Rankings must be a table of indices of competitors, with -1 where a ranking is over")
    ordered = np.sort(rankings, axis=1)
    if ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any():
        raise ValueError("A competitor stands twice in the same ranking")


def _look(rankings: IntArray, strengths: FloatArray, prior: float) -> tuple[float, FloatArray, FloatArray]:
    """Return the log-posterior, its gradient (m,) and minus its second derivative (m, m)."""
    size = len(strengths)
    there = rankings >= 0
    theta = np.where(there, strengths[rankings], -np.inf)
    value, gradient = -0.5 * prior * float(strengths @ strengths), -prior * strengths
    information = prior * np.eye(size)
    for place in range(rankings.shape[1] - 1):
        open_ = there[:, place + 1]
        members, own = rankings[open_, place:], theta[open_, place:]
        top = own.max(axis=1, keepdims=True)
        share = np.exp(own - top)
        total = share.sum(axis=1, keepdims=True)
        share /= total
        value += float(np.sum(own[:, 0] - top[:, 0] - np.log(total[:, 0])))
        gradient += np.bincount(members[:, 0], minlength=size)
        valid = members >= 0
        gradient -= np.bincount(members[valid], share[valid], size)
        diagonal = np.bincount(members[valid], share[valid], size)
        information[np.arange(size), np.arange(size)] += diagonal
        safe = np.where(valid, members, 0)
        products = share[:, :, None] * share[:, None, :]
        codes = safe[:, :, None] * size + safe[:, None, :]
        information -= np.bincount(codes.ravel(), products.ravel(), size * size).reshape(size, size)
    return value, gradient, information


def _step(gradient: FloatArray, information: FloatArray) -> FloatArray:
    try:
        step = np.asarray(cho_solve(cho_factor(fix_gauge(information)), gradient), dtype=np.float64)
    except LinAlgError as error:
        raise NotConvergedError("Some strengths have no finite optimum. Set prior_precision above 0.") from error
    step -= step.mean()
    return step
