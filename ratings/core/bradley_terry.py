"""Bradley-Terry strengths from comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ratings.core.arrays import FloatArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.components import require_connected
from ratings.core.method import PRIOR_PRECISION
from ratings.core.newton import MAX_ITERATIONS, TOLERANCE, invert_information, maximise
from ratings.core.objective import BradleyTerryObjective
from ratings.core.pairs import PairCounts, count_pairs

if TYPE_CHECKING:
    from ratings.core.comparisons import Comparisons


@dataclass(frozen=True, eq=False)
class BradleyTerryFit:
    """Strengths with what is needed to judge and reuse them.

    Attributes
    ----------
    pairs : the counts that were fitted.
    strengths : (m,) natural-log strengths, summing to zero.
    prior_precision : lambda of the prior.
    iterations, gradient_norm, converged : how the optimum was reached; `converged` is always true, because a fit that
        does not converge raises.
    """

    pairs: PairCounts
    strengths: FloatArray
    prior_precision: float
    iterations: int
    gradient_norm: float
    converged: bool = True
    method: str = "Bradley-Terry, ties as half wins, Newton"

    @property
    def competitors(self) -> tuple[str, ...]:
        """Labels, in the order of `strengths`."""
        return self.pairs.competitors

    @cached_property
    @one_blas_thread
    def inverse_information(self) -> FloatArray:
        """The inverse curvature (m, m) on the subspace that sums to zero, computed when it is first asked for.

        It is the building block of covariances, and by itself the covariance only if every comparison is independent
        and decided.
        """
        objective = make_objective(self.pairs, self.prior_precision)
        return frozen(invert_information(objective.information(self.strengths)))

    @cached_property
    def probability(self) -> FloatArray:
        """How likely the fit has `low` win, for each pair of `pairs`, (p,)."""
        return frozen(expit(self.strengths[self.pairs.low] - self.strengths[self.pairs.high]))


def make_objective(pairs: PairCounts, prior_precision: float) -> BradleyTerryObjective:
    """Return the log-posterior of `pairs`, its prior centred on zero."""
    mean = np.zeros(len(pairs.competitors))
    return BradleyTerryObjective(pairs.low, pairs.high, pairs.score, pairs.total, prior_precision, prior_mean=mean)


@one_blas_thread
def fit_bradley_terry(
    data: Comparisons | PairCounts,
    *,
    prior_precision: float = PRIOR_PRECISION,
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
) -> BradleyTerryFit:
    r"""Fit strengths by penalised maximum likelihood.

    .. math:: P(i \text{ beats } j) = \frac{1}{1 + e^{-(\theta_i - \theta_j)}}

    Bradley and Terry (1952, Biometrika 39, section 3); the likelihood and the condition for a finite optimum are in
    Hunter (2004, Annals of Statistics 32, section 2). A tie counts as half a win for both.

    Parameters
    ----------
    data : comparisons, or their counts.
    prior_precision : lambda of the penalty :math:`\tfrac{\lambda}{2} \lVert \theta \rVert^2`, that is, a normal prior
        with variance 1/lambda. The default has a standard deviation of 2, or 347 rating points: it keeps who never lost
        finite and moves nobody who has a few dozen comparisons. It does not grow with the data. 0 switches it off.

    Raises
    ------
    DisconnectedError
        If no chain of comparisons connects all competitors; fit the components one by one.
    NotConvergedError
        If there is no finite optimum, which only happens without a prior.
    ValueError
        If `prior_precision` is negative or not finite.
    """
    if not 0.0 <= prior_precision < np.inf:
        raise ValueError(f"prior_precision is {prior_precision}; it must be finite and at least 0")
    pairs = data if isinstance(data, PairCounts) else count_pairs(data)
    require_connected(pairs)
    objective = make_objective(pairs, prior_precision)
    start = np.zeros(len(pairs.competitors))
    optimum = maximise(objective, start, tolerance=tolerance, max_iterations=max_iterations)
    return BradleyTerryFit(
        pairs=pairs,
        strengths=frozen(optimum.strengths),
        prior_precision=prior_precision,
        iterations=optimum.iterations,
        gradient_norm=optimum.gradient_norm,
    )
