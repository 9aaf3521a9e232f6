import json

import numpy as np
import pytest

from ratings.board_settings import read_board_settings
from ratings.core.comparisons import Comparisons
from ratings.snapshot_content import compute_content, installed_versions
from tests.ratings.fake_source import make_input, nothing, two_leagues, votes

pytestmark = pytest.mark.unit

SETTINGS = read_board_settings({"replicates": 100})


def as_json(content):
    return json.dumps(
        [content.rows, content.matrix, content.components, content.warnings, content.method], allow_nan=False
    )


def test_the_same_input_and_settings_give_the_same_bytes():
    first, second = (compute_content(make_input(votes()), SETTINGS) for _ in range(2))

    assert as_json(first) == as_json(second)


def test_rows_are_complete_and_ordered_by_rating():
    content = compute_content(make_input(votes(), both_bad={(0, 2): 12}), SETTINGS)

    assert [row["slug"] for row in content.rows] == ["0", "1", "2"]
    assert [(row["rank_best"], row["rank_worst"]) for row in content.rows] == [(1, 1), (2, 2), (3, 3)]
    for row in content.rows:
        assert row["rating_lower"] < row["rating"] < row["rating_upper"]
        assert (row["component"], row["preliminary"]) == (0, False)
    assert sum(row["rating"] for row in content.rows) == pytest.approx(3000)
    best = content.rows[0]
    assert best["votes"] == best["comparisons"] + 12
    assert best["both_bad_rate"] == pytest.approx(12 / best["votes"])
    assert content.rows[1]["both_bad_rate"] == 0.0
    assert content.warnings == []
    assert content.method == "Bradley-Terry, ties as half wins, Newton; bootstrap, expanded percentile"


def test_both_bad_votes_do_not_touch_the_ratings():
    plain, bad = (
        compute_content(make_input(votes(), both_bad=counts), SETTINGS) for counts in ({}, {(0, 1): 500, (1, 2): 50})
    )

    numbers = ("slug", "rating", "rating_lower", "rating_upper", "rank_best", "win_rate")
    assert [[row[key] for key in numbers] for row in bad.rows] == [[row[key] for key in numbers] for row in plain.rows]


def test_under_ten_raters_there_is_no_interval_and_no_rank():
    content = compute_content(make_input(votes(raters=7)), SETTINGS)

    for row in content.rows:
        assert row["rating"] is not None
        assert [row[key] for key in ("rating_lower", "rating_upper", "rank_best", "rank_worst")] == [None] * 4
    assert content.components[0]["missing_raters"] == 3
    assert content.warnings == [{"code": "few_raters", "count": 3}]
    assert content.method == "Bradley-Terry, ties as half wins, Newton; no intervals"


def test_leagues_that_never_met_are_apart():
    content = compute_content(make_input(two_leagues()), SETTINGS)

    assert [(row["slug"], row["component"]) for row in content.rows] == [
        ("0", 0), ("1", 0), ("2", 0), ("3", 1), ("4", 1),
    ]  # fmt: skip
    assert content.components[1]["competitors"] == ["3", "4"]
    assert content.rows[3]["rank_best"] == 1
    assert {"code": "disconnected", "count": 2} in content.warnings


def test_a_preliminary_competitor_stands_last_and_has_no_rank():
    old = votes()
    comparisons = Comparisons(
        (*old.competitors, "newcomer"),
        a=np.append(old.a, [3, 3, 3]),
        b=np.append(old.b, [0, 0, 0]),
        outcome=np.append(old.outcome, [1.0, 1.0, 1.0]),
        rater=np.append(old.rater, [0, 1, 2]),
    )

    content = compute_content(make_input(comparisons), SETTINGS)

    last = content.rows[-1]
    assert (last["slug"], last["preliminary"], last["rank_best"]) == ("newcomer", True, None)
    assert last["rating"] > content.rows[0]["rating"]
    assert content.rows[0]["rank_best"] == 1
    assert {"code": "preliminary", "count": 1} in content.warnings


def test_without_comparisons_nobody_is_rated():
    content = compute_content(make_input(nothing("x", "y"), both_bad={(0, 1): 4}), SETTINGS)

    assert [(row["slug"], row["rating"], row["both_bad_rate"]) for row in content.rows] == [
        ("x", None, 1.0),
        ("y", None, 1.0),
    ]
    assert (content.components, content.warnings, content.method) == ([], [], "nothing to fit; no intervals")
    assert content.matrix == [{"row": 0, "column": 1, "wins": 0.0, "ties": 0.0, "losses": 0.0, "both_bad": 4}]
    as_json(content)


def test_installed_versions_name_what_decides_the_numbers():
    versions = installed_versions()

    assert sorted(versions) == ["numpy", "parallax-arena", "processor", "python", "scipy"]
    assert versions["numpy"] == np.__version__
