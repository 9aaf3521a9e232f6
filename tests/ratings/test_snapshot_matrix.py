import numpy as np
import pytest

from ratings.board_settings import read_board_settings
from ratings.core.comparisons import Comparisons
from ratings.snapshot_content import compute_content
from ratings.snapshot_rows import turned
from tests.ratings.fake_source import make_input, two_leagues, votes

pytestmark = pytest.mark.unit

SETTINGS = read_board_settings({"replicates": 100})


def test_matrix_is_seen_from_the_row_that_stands_higher():
    comparisons = Comparisons(
        ("low", "high"), a=np.array([0, 1, 1, 0]), b=np.array([1, 0, 0, 1]), outcome=np.array([0.0, 1, 1, 0.5]),
        rater=np.array([0, 1, 2, 3]),
    )  # fmt: skip

    content = compute_content(make_input(comparisons, both_bad={(0, 1): 3}), SETTINGS)

    assert [row["slug"] for row in content.rows] == ["high", "low"]
    assert content.matrix == [{"row": 0, "column": 1, "wins": 3.0, "ties": 1.0, "losses": 0.0, "both_bad": 3}]


def test_pairs_have_a_win_probability_with_an_interval_where_raters_are_enough():
    content = compute_content(make_input(votes()), SETTINGS)

    cell = content.matrix[0]
    better, worse = content.rows[cell["row"]], content.rows[cell["column"]]
    assert cell["win_lower"] < cell["win_probability"] < cell["win_upper"]
    odds = 10 ** ((better["rating"] - worse["rating"]) / 400)
    assert cell["win_probability"] == pytest.approx(odds / (1 + odds))
    assert turned(turned(cell)) == pytest.approx(cell)
    assert turned(cell)["win_lower"] == pytest.approx(1 - cell["win_upper"])


def test_pairs_that_only_shared_bad_answers_have_no_probability_across_leagues():
    content = compute_content(make_input(two_leagues(), both_bad={(1, 3): 2}), SETTINGS)

    across = [cell for cell in content.matrix if cell["row"] < 3 <= cell["column"]]

    assert across == [{"row": 1, "column": 3, "wins": 0.0, "ties": 0.0, "losses": 0.0, "both_bad": 2}]
    assert all("win_probability" in cell for cell in content.matrix if cell not in across)
