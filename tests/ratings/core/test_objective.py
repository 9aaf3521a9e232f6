import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.core.objective import BradleyTerryObjective

pytestmark = [pytest.mark.unit, pytest.mark.property]

STEP = 1e-5


def _objective(seed: int) -> tuple[BradleyTerryObjective, np.ndarray]:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 7))
    low, high = np.triu_indices(size, k=1)
    total = rng.gamma(2.0, 5.0, len(low))
    mean = rng.normal(size=size)
    objective = BradleyTerryObjective(
        low, high, total * rng.random(len(low)), total, float(rng.choice([0.0, 0.3])), mean - mean.mean()
    )
    return objective, rng.normal(0.0, 1.0, size)


@given(st.integers(0, 10_000))
def test_gradient_is_the_finite_difference_of_the_value(seed):
    objective, strengths = _objective(seed)
    steps = STEP * np.eye(len(strengths))

    numeric = [(objective.value(strengths + d) - objective.value(strengths - d)) / (2 * STEP) for d in steps]

    np.testing.assert_allclose(objective.gradient(strengths), numeric, rtol=1e-5, atol=1e-5)


@given(st.integers(0, 10_000))
def test_information_is_minus_the_finite_difference_of_the_gradient(seed):
    objective, strengths = _objective(seed)
    steps = STEP * np.eye(len(strengths))

    numeric = [(objective.gradient(strengths - d) - objective.gradient(strengths + d)) / (2 * STEP) for d in steps]

    np.testing.assert_allclose(objective.information(strengths), numeric, rtol=1e-6, atol=1e-6)


def test_value_stays_finite_where_exponentials_do_not():
    objective = BradleyTerryObjective(
        np.array([0]), np.array([1]), np.array([1.0]), np.array([3.0]), 0.0, prior_mean=np.zeros(2)
    )

    assert objective.value(np.array([1000.0, -1000.0])) == -4000.0
