"""The penalised Bradley-Terry log-likelihood with its gradient and Hessian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from scipy.special import expit

if TYPE_CHECKING:
    from ratings.core.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False, slots=True)
class BradleyTerryObjective:
    r"""Log-posterior of strengths :math:`\theta` given pair totals and a normal prior.

    .. math:: \ell(\theta) = \sum_k s_k d_k - n_k \log(1 + e^{d_k}) - \tfrac{\lambda}{2} \lVert \theta - \mu \rVert^2,
              \qquad d_k = \theta_{low_k} - \theta_{high_k}

    It is concave. Pairs with fractional or weighted scores need nothing else, so ties as half wins come for free.

    Attributes
    ----------
    low, high : (p,) indices of the pairs.
    score, total : (p,) weight won by `low` (ties half) and weight in all.
    prior_precision : lambda, at least 0.
    prior_mean : (m,) mu, which sums to zero, so that the gradient sums to zero wherever the strengths do.
    """

    low: IntArray
    high: IntArray
    score: FloatArray
    total: FloatArray
    prior_precision: float
    prior_mean: FloatArray

    def value(self, strengths: FloatArray) -> float:
        """Return the log-posterior up to a constant, at strengths (m,)."""
        difference = strengths[self.low] - strengths[self.high]
        likelihood = self.score @ difference - self.total @ np.logaddexp(0.0, difference)
        return float(likelihood - 0.5 * self.prior_precision * np.sum((strengths - self.prior_mean) ** 2))

    def gradient(self, strengths: FloatArray) -> FloatArray:
        """Return (m,) the derivative of `value`."""
        residual = self.score - self.total * expit(strengths[self.low] - strengths[self.high])
        size = len(strengths)
        pushed = np.bincount(self.low, residual, size) - np.bincount(self.high, residual, size)
        return pushed - self.prior_precision * (strengths - self.prior_mean)

    def information(self, strengths: FloatArray) -> FloatArray:
        """Return (m, m) minus the second derivative: a graph Laplacian plus lambda on the diagonal.

        Without a prior it is singular along the constant vector, because only differences are observed.
        """
        curvature = self._curvature(strengths)
        size = len(strengths)
        information = np.zeros((size, size))
        information[self.low, self.high] = -curvature
        information[self.high, self.low] = -curvature
        np.fill_diagonal(information, self.prior_precision - information.sum(axis=1))
        return information

    def sparse_information(self, strengths: FloatArray) -> sp.csc_array[np.float64]:
        """Return `information` with only the entries of pairs that met."""
        curvature = self._curvature(strengths)
        size = len(strengths)
        met = sp.coo_array((curvature, (self.low, self.high)), shape=(size, size))
        both = met + met.T
        return sp.csc_array(sp.diags_array(self.prior_precision + both.sum(axis=1)) - both)

    def _curvature(self, strengths: FloatArray) -> FloatArray:
        probability = expit(strengths[self.low] - strengths[self.high])
        return self.total * probability * (1.0 - probability)
