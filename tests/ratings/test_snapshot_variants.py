import json
from dataclasses import replace

import numpy as np
import pytest

from ratings.board_settings import read_board_settings
from ratings.core.comparisons import Comparisons
from ratings.core.errors import MissingColumnError
from ratings.snapshot_content import compute_content
from ratings.snapshot_variants import compute_variant
from ratings.variants import Variant
from tests.ratings.fake_source import make_input, two_leagues, votes

pytestmark = pytest.mark.unit

SETTINGS = read_board_settings({"replicates": 100})


def varied(comparisons, variant, settings=SETTINGS):
    """The rows of a snapshot, and the same board under a variant."""
    rows = compute_content(make_input(comparisons), settings).rows
    return rows, compute_variant(comparisons, rows, settings, variant)


def first_side_wins(*, count=900, share=0.7, ties=0.2, seed=5):
    """Votes between equals: the first answer wins `share` of those that are decided."""
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 3, count)
    tie, first = rng.random(count) < ties, rng.random(count) < share
    return Comparisons(
        ("x", "y", "z"),
        a=a,
        b=(a + rng.integers(1, 3, count)) % 3,
        outcome=np.where(tie, 0.5, first.astype(float)),
        rater=rng.integers(0, 40, count),
    )


def test_half_wins_without_anything_are_the_ratings_of_the_board():
    rows, content = varied(votes(), Variant())

    assert [row["slug"] for row in content["rows"]] == [row["slug"] for row in rows]
    assert [row["rating"] for row in content["rows"]] == pytest.approx([row["rating"] for row in rows])
    assert content["coefficients"] == []
    for mine, row in zip(content["rows"], rows, strict=True):
        for ends in mine["intervals"].values():
            assert ends["lower"] < mine["rating"] < ends["upper"]
            assert (ends["rank_best"], ends["rank_worst"]) == (row["rank_best"], row["rank_worst"])
            # Both kinds, each from its own mathematics, agree with the board's own.
            width = row["rating_upper"] - row["rating_lower"]
            assert ends["upper"] - ends["lower"] == pytest.approx(width, rel=0.3)


def test_the_side_is_found_in_points_with_intervals():
    _rows, content = varied(first_side_wins(ties=0.0), Variant(side=True))

    [side] = content["coefficients"]
    assert (side["component"], side["name"]) == (0, "side_a")
    assert side["value"] == pytest.approx(400 * np.log10(0.7 / 0.3), abs=25)
    for lower, upper in side["intervals"].values():
        assert 0 < lower < side["value"] < upper


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
def test_ties_between_equals_have_the_share_that_was_drawn(ties):
    _rows, content = varied(first_side_wins(share=0.5, ties=0.3), Variant(ties))

    [share] = content["coefficients"]
    assert share["name"] == "ties"
    assert share["value"] == pytest.approx(0.3, abs=0.05)
    for lower, upper in share["intervals"].values():
        assert 0.2 < lower < share["value"] < upper < 0.4


def test_without_a_tie_their_model_has_no_coefficient():
    decided = first_side_wins(ties=0.0)

    _rows, content = varied(decided, Variant("davidson"))

    assert content["coefficients"] == []


def test_style_takes_what_it_explains():
    plain = first_side_wins(share=0.5, ties=0.0)
    longer = np.random.default_rng(1).normal(size=(len(plain), 1))
    wins = (np.random.default_rng(2).random(len(plain)) < 1 / (1 + np.exp(-longer[:, 0]))).astype(float)
    styled = replace(plain, outcome=wins, covariates=longer, covariate_names=("length",))

    _rows, content = varied(styled, Variant(style=True))

    [length] = content["coefficients"]
    assert (length["name"], length["standard_deviation"]) == ("length", pytest.approx(1.0, abs=0.1))
    assert length["value"] == pytest.approx(400 / np.log(10), rel=0.15)


def test_a_measure_in_which_hardly_any_votes_differ_is_left_out():
    plain = first_side_wins(share=0.5, ties=0.0)
    some = np.zeros((len(plain), 3))
    some[:, 0] = np.random.default_rng(1).normal(size=len(plain))
    some[:29, 1] = 1.0  # one less than what is asked for
    styled = replace(plain, covariates=some, covariate_names=("length", "bold", "code"))

    _rows, content = varied(styled, Variant(style=True))

    assert [each["name"] for each in content["coefficients"]] == ["length"]
    with pytest.raises(MissingColumnError):
        varied(styled.with_covariates({"bold", "code"}), Variant(style=True))


def test_too_few_raters_have_ratings_and_no_interval():
    rows, content = varied(votes(raters=6), Variant("davidson", side=True))

    assert len(content["rows"]) == len(rows)
    assert [row["intervals"] for row in content["rows"]] == [{}] * 3
    assert [each["intervals"] for each in content["coefficients"]] == [{}] * len(content["coefficients"])


def test_groups_keep_to_themselves_and_preliminary_ones_without_rank():
    rows, content = varied(two_leagues(), Variant(side=True))

    assert [row["slug"] for row in content["rows"]] == [row["slug"] for row in rows]
    assert [each["component"] for each in content["coefficients"]] == [0, 1]
    strict = read_board_settings({"replicates": 100, "established_comparisons": 10_000})
    _rows, content = varied(votes(), Variant(), strict)
    assert {ends["rank_best"] for row in content["rows"] for ends in row["intervals"].values()} == {None}


def test_the_same_votes_give_the_same_bytes():
    first, second = (json.dumps(varied(votes(), Variant("davidson", side=True))[1]) for _ in range(2))

    assert first == second
