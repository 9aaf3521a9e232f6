"""Newton's method for the Bradley-Terry objective."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.linalg.lapack import dpotri
from scipy.sparse.linalg import splu

from ratings.core.errors import NotConvergedError

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray
    from ratings.core.objective import BradleyTerryObjective

TOLERANCE = 1e-10
MAX_ITERATIONS = 100
HALVINGS = 40
ROUNDING = 1e-12
# Beyond this many competitors, and while few pairs met, steps are solved with sparse factors.
SPARSE_COMPETITORS = 1_000
SPARSE_SHARE = 0.05


@dataclass(frozen=True, eq=False, slots=True)
class Optimum:
    """Where Newton's method ended.

    Attributes
    ----------
    strengths : (m,) the optimum, summing to zero.
    iterations : steps taken, the last one smaller than the tolerance.
    gradient_norm : Euclidean norm of the gradient there.
    """

    strengths: FloatArray
    iterations: int
    gradient_norm: float


def fix_gauge(information: FloatArray) -> FloatArray:
    """Add curvature along the constant vector, (m, m) to (m, m), of the size of the average diagonal.

    Strengths are only defined up to a common shift. The gradient has no part along the constant vector, so the added
    curvature changes no step; it only makes the matrix safely positive definite.
    """
    size = len(information)
    fixed: FloatArray = information + np.trace(information) / size**2
    return fixed


def invert_information(information: FloatArray) -> FloatArray:
    """Return (m, m) the inverse on the subspace that sums to zero, and zero along the constant vector."""
    factor, _ = cho_factor(fix_gauge(information), lower=True, overwrite_a=True, check_finite=False)
    inverse, _ = dpotri(factor, lower=True, overwrite_c=True)
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    inverse -= inverse.mean(axis=0, keepdims=True)
    inverse -= inverse.mean(axis=1, keepdims=True)
    return np.asarray(0.5 * (inverse + inverse.T), dtype=np.float64)


def maximise(
    objective: BradleyTerryObjective,
    start: FloatArray,
    *,
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
) -> Optimum:
    """Climb from `start` (m,) until no strength moves by more than `tolerance` natural-log units.

    Steps that would go downhill are halved, so it converges from anywhere when an optimum exists.

    Raises
    ------
    NotConvergedError
        After `max_iterations`, or when curvature is lost. Without a prior this is what happens to competitors who won
        or lost everything, whose best strength is infinite (Ford, 1957, American Mathematical Monthly 64).
    """
    strengths = start - start.mean()
    for iteration in range(1, max_iterations + 1):
        step = _newton_step(objective, strengths)
        strengths, moved = _climb(objective, strengths, step)
        if moved <= tolerance:
            norm = float(np.linalg.norm(objective.gradient(strengths)))
            return Optimum(strengths, iteration, norm)
    raise NotConvergedError(
        f"Strengths still moved by {moved:.2g} after {max_iterations} Newton steps. "
        "Competitors who won or lost everything need a prior: set prior_precision above 0."
    )


def _newton_step(objective: BradleyTerryObjective, strengths: FloatArray) -> FloatArray:
    try:
        step = (_sparse_solution if is_sparse(objective, len(strengths)) else _dense_solution)(objective, strengths)
    except (LinAlgError, RuntimeError) as error:
        raise NotConvergedError(
            "The information matrix lost its rank: some strengths have no finite optimum. Set prior_precision above 0."
        ) from error
    step -= step.mean()
    return step


def is_sparse(objective: BradleyTerryObjective, competitors: int) -> bool:
    """Say whether sparse factors are quicker: many competitors of whom few met."""
    return competitors > SPARSE_COMPETITORS and len(objective.low) < SPARSE_SHARE * competitors**2 / 2


def _dense_solution(objective: BradleyTerryObjective, strengths: FloatArray) -> FloatArray:
    factor = cho_factor(fix_gauge(objective.information(strengths)), overwrite_a=True, check_finite=False)
    return np.asarray(cho_solve(factor, objective.gradient(strengths), check_finite=False), dtype=np.float64)


def _sparse_solution(objective: BradleyTerryObjective, strengths: FloatArray) -> FloatArray:
    """Hold the last competitor where it is, which leaves a sparse and definite system; the caller centres the step."""
    step = np.zeros(len(strengths))
    if objective.prior_precision > 0.0:
        factor = splu(objective.sparse_information(strengths), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0)
        return np.asarray(factor.solve(objective.gradient(strengths)), dtype=np.float64)
    kept = objective.sparse_information(strengths)[:-1, :-1]
    step[:-1] = splu(kept, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0).solve(objective.gradient(strengths)[:-1])
    return step


def _climb(objective: BradleyTerryObjective, strengths: FloatArray, step: FloatArray) -> tuple[FloatArray, float]:
    """Take the longest of the halved steps that does not lose value beyond rounding."""
    here = objective.value(strengths)
    slack = ROUNDING * (1.0 + abs(here))
    for _ in range(HALVINGS):
        there = strengths + step
        if objective.value(there) >= here - slack:
            break
        step = 0.5 * step
    return there, float(np.max(np.abs(step), initial=0.0))
