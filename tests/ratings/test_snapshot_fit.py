import json

import numpy as np
import pytest

from ratings.board_settings import read_board_settings
from ratings.core.comparisons import Comparisons
from ratings.fit_wording import describe_fit
from ratings.snapshot_content import compute_content
from ratings.snapshot_fit import compute_fit
from tests.ratings.fake_source import make_input, two_leagues, votes

pytestmark = pytest.mark.unit

SETTINGS = read_board_settings({"replicates": 100})


def fitted(comparisons):
    rows = compute_content(make_input(comparisons), SETTINGS).rows
    return rows, compute_fit(comparisons, rows, SETTINGS)


def a_circle(*, count=900, share=0.9):
    """Stone beats scissors, scissors paper, paper stone."""
    rng = np.random.default_rng(3)
    a = rng.integers(0, 3, count)
    return Comparisons(
        ("stone", "scissors", "paper"),
        a=a,
        b=(a + 1) % 3,
        outcome=(rng.random(count) < share).astype(float),
        rater=rng.integers(0, 30, count),
    )


def test_votes_that_follow_their_ratings_fit():
    rows, content = fitted(votes(competitors=5, count=3000))

    [component] = content["components"]
    assert component["misfit_lower"] == 0.0
    assert component["cycles"] <= component["chance_upper"]
    assert component["triples"] == 10
    assert len(content["residuals"]) == 10
    assert np.std([residual for _row, _column, residual in content["residuals"]]) < 2
    assert all(row < column < len(rows) for row, column, _residual in content["residuals"])
    assert "more than chance explains" in describe_fit(component).sentences[0]
    assert "no sign of circles" in describe_fit(component).sentences[1]


def test_a_circle_fits_poorly_and_every_pair_shows_it():
    rows, content = fitted(a_circle())

    [component] = content["components"]
    assert component["misfit_lower"] > 0.3
    assert (component["cycles"], component["triples"]) == (1.0, 1)
    assert describe_fit(component).badge == "The ratings fit poorly"
    beats = {"stone": "scissors", "scissors": "paper", "paper": "stone"}
    for row, column, residual in content["residuals"]:
        assert (beats[rows[row]["slug"]] == rows[column]["slug"]) == (residual > 5)


def test_groups_are_judged_apart():
    rows, content = fitted(two_leagues())

    assert [component["component"] for component in content["components"]] == [0, 1]
    assert content["components"][1]["triples"] == 0
    assert "No three models met" in describe_fit(content["components"][1]).sentences[1]
    assert {rows[row]["component"] == rows[column]["component"] for row, column, _ in content["residuals"]} == {True}


@pytest.mark.parametrize(
    ("lower", "upper", "badge"),
    [
        (0.0, 0.02, "The ratings fit well"),
        (0.0, 0.2, "Too few votes to say how well the ratings fit"),
        (0.01, 0.04, "The ratings fit roughly"),
        (0.06, 0.1, "The ratings fit poorly"),
    ],
)
def test_badge_follows_the_interval(lower, upper, badge):
    component = fitted(votes())[1]["components"][0]

    assert describe_fit({**component, "misfit_lower": lower, "misfit_upper": upper}).badge == badge


def test_the_same_votes_give_the_same_bytes():
    first, second = (json.dumps(fitted(votes())[1]) for _ in range(2))

    assert first == second
