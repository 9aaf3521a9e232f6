from dataclasses import replace

import numpy as np
import pytest

from ratings.board_settings import read_board_settings
from ratings.core.comparisons import Comparisons
from ratings.snapshot_content import compute_content
from ratings.snapshot_validation import compute_validation
from tests.ratings.fake_source import make_input, two_leagues, votes

pytestmark = pytest.mark.unit

SETTINGS = read_board_settings({"replicates": 100})


def validated(comparisons):
    rows = compute_content(make_input(comparisons), SETTINGS).rows
    return compute_validation(comparisons, rows, SETTINGS)


def by_name(content):
    return {each["name"]: each for each in content["methods"]}


def test_every_way_is_scored_on_the_last_fifth_and_beats_equal_shares():
    content = validated(votes(count=1000))

    assert (content["trained"], content["tested"]) == (800, 200)
    scores = by_name(content)
    assert set(scores) == {
        "baseline", "half", "half+side", "davidson", "davidson+side", "rao-kupper", "rao-kupper+side",
    }  # fmt: skip
    baseline = scores.pop("baseline")
    for method in scores.values():
        assert method["log_loss"] < baseline["log_loss"]
        assert method["brier"] < baseline["brier"]


def test_a_side_that_matters_is_found_by_those_that_allow_for_it():
    rng = np.random.default_rng(4)
    a = rng.integers(0, 3, 1000)
    content = validated(
        Comparisons(
            ("x", "y", "z"),
            a=a,
            b=(a + rng.integers(1, 3, 1000)) % 3,
            outcome=(rng.random(1000) < 0.75).astype(float),
            rater=rng.integers(0, 40, 1000),
        )
    )

    scores = by_name(content)
    assert scores["half+side"]["log_loss"] < scores["half"]["log_loss"] - 0.05


def test_style_is_scored_where_it_was_measured_and_can_be_told():
    plain = votes(count=1000)
    length = np.random.default_rng(4).normal(size=(1000, 1))
    won = (np.random.default_rng(5).random(1000) < 1 / (1 + np.exp(-2 * length[:, 0]))).astype(float)
    styled = replace(plain, outcome=won, covariates=length, covariate_names=("length",))
    twice = replace(styled, covariates=np.hstack([length, 2 * length]), covariate_names=("length", "bold"))

    scores = by_name(validated(styled))

    assert scores["half+style"]["log_loss"] < scores["half"]["log_loss"] - 0.05
    # Two measures that are one: what they are worth each cannot be told, and everything else can.
    assert set(by_name(validated(twice))) == {name for name in scores if "style" not in name}


def test_later_is_by_time_where_votes_have_one():
    first_half = votes(count=1000)
    turned = replace(first_half, time=-np.arange(1000.0))
    reversed_rows = first_half.select(np.arange(1000)[::-1])

    assert validated(turned) == validated(reversed_rows)
    assert validated(turned) != validated(first_half)


def test_too_few_votes_are_not_scored():
    content = validated(votes(count=200))

    assert (content["trained"], content["tested"], content["methods"]) == (160, 40, [])


def test_only_the_heaviest_group_is_predicted():
    assert validated(two_leagues())["trained"] == 320
