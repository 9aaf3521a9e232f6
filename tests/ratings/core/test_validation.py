import numpy as np
import pytest
from sklearn.metrics import log_loss

from ratings.core.comparisons import Comparisons
from ratings.core.prediction import predict_outcomes
from ratings.core.regression import fit_regression
from ratings.core.validation import score_predictions

pytestmark = pytest.mark.unit


def test_scores_of_a_worked_example():
    probabilities = np.array([[0.2, 0.1, 0.7], [0.5, 0.3, 0.2]])

    found = score_predictions(probabilities, np.array([1.0, 0.5]))

    assert found.log_loss == pytest.approx(-(np.log(0.7) + np.log(0.3)) / 2)
    assert found.log_loss == pytest.approx(log_loss([2, 1], probabilities, labels=[0, 1, 2]))
    assert found.brier == pytest.approx((0.04 + 0.01 + 0.09 + 0.25 + 0.49 + 0.04) / 2)
    assert found.calibration_error == pytest.approx((abs(0.75 - 1.0) + abs(0.35 - 0.5)) / 2)
    assert found.comparisons == 2


def test_true_probabilities_are_calibrated_and_others_are_not():
    rng = np.random.default_rng(1)
    share = rng.random(50_000)
    outcome = (rng.random(50_000) < share).astype(float)

    true = score_predictions(np.stack([1 - share, 0 * share, share], axis=1), outcome)
    sure = np.clip(2 * share - 0.5, 0.001, 0.999)
    bold = score_predictions(np.stack([1 - sure, 0 * sure, sure], axis=1), outcome)

    assert true.calibration_error < 0.01
    assert bold.calibration_error > 0.1
    assert true.log_loss < bold.log_loss


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper"])
def test_predictions_are_probabilities_that_give_back_the_shares_of_the_fit(ties):
    votes = Comparisons.from_labels("aaab", "bbba", [1, 0.5, 0, 0.5], weight=[50, 20, 15, 15])
    fit = fit_regression(votes, ties=ties, covariates=False, prior_precision=0.0)

    found = predict_outcomes(fit, votes.select(np.array([0])))

    np.testing.assert_allclose(found, [[0.15, 0.35, 0.5]], atol=1e-9)
