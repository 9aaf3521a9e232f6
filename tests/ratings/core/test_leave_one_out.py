import numpy as np
import pytest

from ratings.core.arrays import frozen
from ratings.core.compiled_jackknife import jackknife_scores
from ratings.core.leave_one_out import Formula, sum_part
from ratings.core.scores import ScoredRows

pytestmark = pytest.mark.unit

COMPETITORS, FEATURES = 40, 2


def rows_of_raters(sizes):
    """Rows with two features and a tie parameter, of raters who cast `sizes` votes, with random derivatives."""
    rng = np.random.default_rng(8)
    start = np.concatenate([[0], np.cumsum(sizes)])
    a = rng.integers(0, COMPETITORS, start[-1])
    slope = rng.uniform(0.1, 1.0, (start[-1], 2))
    return ScoredRows(
        start=start,
        a=a,
        b=(a + rng.integers(1, COMPETITORS, start[-1])) % COMPETITORS,
        features=rng.normal(size=(start[-1], FEATURES)),
        residual=rng.normal(size=(start[-1], 2)),
        curvature=0.3 * np.stack([slope[:, 0] ** 2, slope[:, 0] * slope[:, 1], slope[:, 1] ** 2], axis=1),
    )


def curvature_of(rows):
    """The information of all rows, (d, d), with a prior of 1."""
    size = COMPETITORS + FEATURES + 1
    information = np.eye(size)
    for a, b, features, (own, both, tie) in zip(rows.a, rows.b, rows.features, rows.curvature, strict=True):
        direction, ties = np.zeros(size), np.zeros(size)
        direction[a], direction[b], direction[COMPETITORS:-1], ties[-1] = 1.0, -1.0, features, 1.0
        information += own * np.outer(direction, direction) + tie * np.outer(ties, ties)
        information += both * (np.outer(direction, ties) + np.outer(ties, direction))
    return information


@pytest.mark.parametrize("correct", [False, True])
def test_units_with_many_rows_are_summed_as_each_by_itself(correct):
    rows = rows_of_raters([1, 2, 400, 30, 60, 1, 90, 5])
    inverse = frozen(np.linalg.inv(curvature_of(rows)))
    projected = np.ascontiguousarray((inverse - inverse[:3].mean(axis=0)).T)
    formula = Formula(inverse, projected, FEATURES + 1, correct, True)
    raised, fourth = np.zeros_like(inverse), np.zeros(len(inverse))

    found = sum_part(rows, formula)

    jackknife_scores(
        np.arange(rows.units), rows.start, rows.a, rows.b, rows.features, rows.residual, rows.curvature,
        inverse, projected, FEATURES + 1, correct, True, raised, fourth,
    )  # fmt: skip
    np.testing.assert_allclose(found[0], raised, rtol=1e-9, atol=1e-9 * np.abs(raised).max())
    np.testing.assert_allclose(found[1], fourth, rtol=1e-9)


def test_leaving_out_a_unit_is_solved_as_exactly_as_its_linear_system():
    rows = rows_of_raters([40, 50, 60, 70])
    information = curvature_of(rows)
    inverse = frozen(np.linalg.inv(information))
    without = [information - curvature_of(rows.part(unit, unit + 1)) + np.eye(len(inverse)) for unit in range(4)]
    scores = [np.zeros(len(inverse)) for _ in range(4)]
    for unit, score in enumerate(scores):
        own = rows.part(unit, unit + 1)
        np.add.at(score, own.a, own.residual[:, 0])
        np.add.at(score, own.b, -own.residual[:, 0])
        score[COMPETITORS:-1] = own.features.T @ own.residual[:, 0]
        score[-1] = own.residual[:, 1].sum()

    raised, fourth = sum_part(rows, Formula(inverse, np.ascontiguousarray(inverse.T), FEATURES + 1, True, True))

    moved = np.array([np.linalg.solve(left, score) for left, score in zip(without, scores, strict=True)])
    np.testing.assert_allclose(inverse @ raised @ inverse, moved.T @ moved, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(fourth, (moved**4).sum(axis=0), rtol=1e-8)
