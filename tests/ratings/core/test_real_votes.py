import csv
import os
from pathlib import Path

import evalica
import numpy as np
import pytest

from ratings.core.board import fit_board
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.method import BoardMethod

pytestmark = pytest.mark.unit

OUTCOMES = {"a": 1.0, "tie": 0.5, "b": 0.0}


@pytest.fixture(params=["llmfao", "pandalm_human"])
def votes(request) -> Comparisons:
    folder = os.environ.get("PARALLAX_DATA")
    if not folder:
        pytest.skip("PARALLAX_DATA is not set: it names the folder of real votes")
    with (Path(folder) / request.param / "votes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return Comparisons.from_labels(
        [row["a"] for row in rows],
        [row["b"] for row in rows],
        [OUTCOMES[row["winner"]] for row in rows],
        rater=[row["voter"] for row in rows],
        prompt=[row["context"] for row in rows],
    )


def test_fit_of_real_votes_agrees_with_evalica(votes):
    winners = {1.0: evalica.Winner.X, 0.5: evalica.Winner.Draw, 0.0: evalica.Winner.Y}
    labels = votes.competitors
    theirs = evalica.bradley_terry(
        [labels[index] for index in votes.a],
        [labels[index] for index in votes.b],
        [winners[float(outcome)] for outcome in votes.outcome],
        tolerance=1e-12,
        limit=10_000,
    )

    ours = fit_bradley_terry(votes, prior_precision=1e-9).strengths

    logs = np.log([theirs.scores[label] for label in labels])
    np.testing.assert_allclose(ours, logs - logs.mean(), atol=1e-4)


def test_board_of_real_votes_supports_what_its_raters_do(votes):
    raters = len(np.unique(votes.rater))

    (component,) = fit_board(votes, BoardMethod(replicates=500), rng=np.random.default_rng(1)).components

    assert component.raters == raters
    assert (component.intervals is not None) == (raters >= 10)
    if component.ranks is not None:
        assert (component.draws.unconverged, component.draws.units) == (0, raters)
        assert (component.ranks.best <= component.ranks.worst).all()
        assert component.ranks.best.min() == 1
