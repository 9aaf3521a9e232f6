"""Strengths together with what else decides a comparison: ties, the side, and differences in style."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from ratings.core.arrays import FloatArray, IntArray, frozen
from ratings.core.blas import one_blas_thread
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.compiled_rows import DAVIDSON, HALF, RAO_KUPPER, accumulate, spreads
from ratings.core.errors import MissingColumnError, NotConvergedError
from ratings.core.method import PRIOR_PRECISION, Ties
from ratings.core.newton import HALVINGS, MAX_ITERATIONS, ROUNDING, TOLERANCE
from ratings.core.pairs import DENSE_COMPETITORS, OUTCOMES

if TYPE_CHECKING:
    from ratings.core.comparisons import Comparisons

MODELS: dict[Ties, int] = {"half": HALF, "davidson": DAVIDSON, "rao-kupper": RAO_KUPPER}
SIDE = "side_a"
ROWS_AT_ONCE = 200_000


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Comparisons with their features, those that are alike kept together.

    Attributes
    ----------
    a, b, outcome, weight : (n,) as in `Comparisons`; `weight` may be a single number for all.
    features : (n, k) standardised covariates, then 1 for the side if it is asked for.
    """

    a: IntArray
    b: IntArray
    outcome: FloatArray
    weight: FloatArray
    features: FloatArray

    def part(self, first: int, last: int) -> Rows:
        """Return the rows from `first` up to `last`."""
        weight = self.weight if len(self.weight) == 1 else self.weight[first:last]
        chosen = slice(first, last)
        return Rows(self.a[chosen], self.b[chosen], self.outcome[chosen], weight, self.features[chosen])


@dataclass(frozen=True, eq=False)
class RegressionFit:
    """Strengths, coefficients and a tie parameter that were fitted together.

    Attributes
    ----------
    competitors : m labels.
    parameters : (d,) strengths summing to zero, then coefficients, then the tie parameter if there is one.
    ties : the model of ties.
    coefficient_names : k names; `SIDE` is what being on side A is worth.
    scales : (k,) standard deviation of each covariate; a coefficient over its scale is per unit of the covariate.
    information : (d, d) minus the second derivative.
    tie_rate : share of ties among the comparisons.
    log_likelihood : at the fit, without the prior.
    """

    competitors: tuple[str, ...]
    parameters: FloatArray
    ties: Ties
    coefficient_names: tuple[str, ...]
    scales: FloatArray
    information: FloatArray
    prior_precision: float
    tie_rate: float
    log_likelihood: float
    iterations: int
    gradient_norm: float
    converged: bool = True

    @property
    def method(self) -> str:
        """What was fitted, in words."""
        names = {"half": "ties as half wins", "davidson": "Davidson ties", "rao-kupper": "Rao-Kupper ties"}
        return f"Bradley-Terry, {names[self.ties]}, {len(self.coefficient_names)} coefficients, Newton"

    @property
    def strengths(self) -> FloatArray:
        """The first m parameters."""
        return self.parameters[: len(self.competitors)]

    @property
    def coefficients(self) -> FloatArray:
        """What one standard deviation of each covariate adds to the log-odds of its side, (k,)."""
        first = len(self.competitors)
        return self.parameters[first : first + len(self.coefficient_names)]

    @property
    def tie_parameter(self) -> float | None:
        """The last parameter, or None when ties count as half wins or there are none."""
        known = len(self.competitors) + len(self.coefficient_names)
        return float(self.parameters[known]) if len(self.parameters) > known else None

    @cached_property
    @one_blas_thread
    def inverse_information(self) -> FloatArray:
        """The inverse (d, d) of the information where strengths sum to zero."""
        size = len(self.competitors)
        factor = cho_factor(_fixed(self.information, size))
        inverse = np.asarray(cho_solve(factor, np.eye(len(self.information))), dtype=np.float64)
        inverse[:size] -= inverse[:size].mean(axis=0)
        inverse[:, :size] -= inverse[:, :size].mean(axis=1, keepdims=True)
        return frozen(0.5 * (inverse + inverse.T))


@one_blas_thread
def fit_regression(  # noqa: PLR0913  each is one choice of the method
    comparisons: Comparisons,
    *,
    ties: Ties = "half",
    covariates: bool = True,
    side: bool = False,
    prior_precision: float = PRIOR_PRECISION,
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
) -> RegressionFit:
    r"""Fit strengths, coefficients and ties by penalised maximum likelihood.

    .. math:: \eta = \theta_a - \theta_b + x^\top \beta

    where x are side-A minus side-B covariates over their standard deviations, so that a coefficient is what one
    standard deviation is worth, and a constant 1 with `side`. Given :math:`\eta`, ties follow Davidson (1970, Journal
    of the American Statistical Association 65, section 2), Rao and Kupper (1967, same journal 62, section 2), or count
    as half wins; the side is the order effect of Davidson and Beaver (1977, Biometrics 33). The tie parameter is
    :math:`\log \nu` of Davidson and :math:`\log \theta` of Rao and Kupper. Without a single tie it has no finite value,
    and the model falls back to half wins.

    The prior of `fit_bradley_terry` is on the strengths only.

    Parameters
    ----------
    covariates : whether to use those of the comparisons; a raw fit next to a controlled one leaves them out.

    Raises
    ------
    MissingColumnError
        If covariates are asked for by name and there are none.
    DisconnectedError
        As in `fit_bradley_terry`.
    NotConvergedError
        If covariates are multiples of each other, or there is no finite optimum.
    """
    start = fit_bradley_terry(comparisons, prior_precision=prior_precision)
    rows, names, scales = make_rows(comparisons, covariates=covariates, side=side)
    used: Ties = ties if start.pairs.ties.any() else "half"
    size, tie_rate = len(comparisons.competitors), float(start.pairs.ties.sum() / start.pairs.total.sum())
    parameters = np.concatenate([start.strengths, np.zeros(len(names))])
    if used != "half":
        parameters = np.append(parameters, _first_tie(used, tie_rate))
    climber = _Climber(rows, used, size, prior_precision)
    value, gradient, information = climber.look(parameters)
    iterations = 0
    while (length := float(np.abs(step := climber.step(gradient, information)).max(initial=0.0))) > tolerance:
        if iterations == max_iterations:
            raise NotConvergedError(f"Parameters still moved by {length:.2g} after {max_iterations} Newton steps.")
        iterations += 1
        for _ in range(HALVINGS):
            there = climber.look(parameters + step)
            if there[0] >= value - ROUNDING * (1.0 + abs(value)):
                break
            step = 0.5 * step
        parameters = parameters + step
        value, gradient, information = there
    return RegressionFit(
        competitors=comparisons.competitors,
        parameters=frozen(parameters),
        ties=used,
        coefficient_names=names,
        scales=frozen(scales),
        information=frozen(information),
        prior_precision=prior_precision,
        tie_rate=tie_rate,
        log_likelihood=value + 0.5 * prior_precision * float(np.sum(parameters[:size] ** 2)),
        iterations=iterations,
        gradient_norm=float(np.linalg.norm(gradient)),
    )


def make_rows(comparisons: Comparisons, *, covariates: bool, side: bool) -> tuple[Rows, tuple[str, ...], FloatArray]:
    """Return rows, names of their features, and the standard deviations that covariates were divided by.

    Without covariates there is one row for each pair, order and outcome that occurred, whatever the number of votes.

    Raises
    ------
    MissingColumnError
        If there are no covariates and they are asked for.
    """
    if covariates and comparisons.covariates is None:
        raise MissingColumnError("These comparisons carry no covariates")
    names: tuple[str, ...] = ()
    if not covariates or comparisons.covariates is None:
        rows = _alike_rows(comparisons)
        features, scales = np.empty((len(rows.a), 0)), np.empty(0)
    else:
        weight = np.ones(1) if comparisons.unweighted else comparisons.weights
        rows = Rows(comparisons.a, comparisons.b, comparisons.outcome, weight, np.empty((len(comparisons), 0)))
        spread = spreads(comparisons.covariates)
        scales = np.where(spread > 0, spread, 1.0)
        features, names = comparisons.covariates / scales, comparisons.covariate_names
    if side:
        features = np.concatenate([features, np.ones((len(rows.a), 1))], axis=1)
        names, scales = (*names, SIDE), np.append(scales, 1.0)
    return Rows(rows.a, rows.b, rows.outcome, rows.weight, np.ascontiguousarray(features)), names, scales


def _alike_rows(comparisons: Comparisons) -> Rows:
    size = len(comparisons.competitors)
    halves = np.rint(2 * comparisons.outcome).astype(np.intp)
    codes = (comparisons.a * size + comparisons.b) * OUTCOMES + halves
    if size > DENSE_COMPETITORS:
        kinds, codes = np.unique(codes, return_inverse=True)
    weight = np.bincount(codes, comparisons.weights).astype(np.float64)
    used = np.flatnonzero(weight)
    ordered, outcome = np.divmod(used if size <= DENSE_COMPETITORS else kinds[used], OUTCOMES)
    a, b = np.divmod(ordered, max(size, 1))
    return Rows(a, b, outcome / 2.0, weight[used], np.empty((len(a), 0)))


def _first_tie(ties: Ties, rate: float) -> float:
    """Return the tie parameter that gives equals the observed rate."""
    bounded = min(max(rate, 1e-6), 1.0 - 1e-6)
    return float(np.log(2.0 * bounded / (1.0 - bounded)) if ties == "davidson" else 2.0 * np.arctanh(bounded))


class _Climber:
    """Value, gradient and information of the log-posterior, and the Newton step from them."""

    def __init__(self, rows: Rows, ties: Ties, competitors: int, prior_precision: float) -> None:
        self._rows, self._model, self._size, self._prior = rows, MODELS[ties], competitors, prior_precision

    def look(self, parameters: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        width, size = len(parameters), self._size

        def part(first: int) -> tuple[float, FloatArray, FloatArray]:
            gradient, information = np.zeros(width), np.zeros((width, width))
            rows = self._rows.part(first, first + ROWS_AT_ONCE)
            value = accumulate(
                self._model,
                rows.a,
                rows.b,
                rows.outcome,
                rows.weight,
                rows.features,
                parameters,
                size,
                gradient,
                information,
            )
            return value, gradient, information

        # Parts have a fixed size and are added in their order, so that the number of processors changes no digit.
        with ThreadPoolExecutor(max_workers=len(os.sched_getaffinity(0))) as pool:
            parts = list(pool.map(part, range(0, max(len(self._rows.a), 1), ROWS_AT_ONCE)))
        value = sum(found[0] for found in parts)
        gradient = np.sum([found[1] for found in parts], axis=0)
        information = np.sum([found[2] for found in parts], axis=0)
        information += np.tril(information, -1).T
        strengths = parameters[:size]
        gradient[:size] -= self._prior * strengths
        information[np.arange(size), np.arange(size)] += self._prior
        return float(value - 0.5 * self._prior * strengths @ strengths), gradient, information

    def step(self, gradient: FloatArray, information: FloatArray) -> FloatArray:
        try:
            factor = cho_factor(_fixed(information, self._size))
        except LinAlgError as error:
            raise NotConvergedError(
                "The information matrix lost its rank: covariates may be multiples of each other, or some strength has "
                "no finite optimum. Leave a covariate out, or set prior_precision above 0."
            ) from error
        step = np.asarray(cho_solve(factor, gradient), dtype=np.float64)
        step[: self._size] -= step[: self._size].mean()
        return step


def _fixed(information: FloatArray, competitors: int) -> FloatArray:
    """Add curvature along a common shift of all strengths, as `newton.fix_gauge` does."""
    fixed = information.copy()
    fixed[:competitors, :competitors] += np.trace(information[:competitors, :competitors]) / competitors**2
    return fixed
