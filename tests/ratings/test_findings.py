"""What `parallax rate` and `manage.py rate` show besides ratings."""

import numpy as np
import pytest

from ratings.command_line.findings import find_criteria, find_differences, find_orders, find_range
from ratings.command_line.parts import TooFewPartsError
from ratings.command_line.rating import Ballots, Method
from ratings.core.comparisons import Comparisons
from ratings.core.pairs import count_pairs
from ratings.core.simulation import Electorate, simulate
from ratings.core.social import borda_scores, copeland_scores

pytestmark = pytest.mark.unit

METHOD = Method(
    ties="half", cluster="voter", interval="sandwich", replicates=100, level=0.95, seed=1, prior=0.25, covariates=(),
    side=False,
)  # fmt: skip
UP, DOWN = (1.0, 0.0, -1.0), (-1.0, 0.0, 1.0)


def votes(*truths, raters=25, count=300):
    """Votes of one group after another, of its own raters, and the group of each."""
    rng = np.random.default_rng(2)
    parts = [simulate(np.array(truth), count, Electorate(raters=raters, tie_rate=0.1), rng) for truth in truths]
    group = np.repeat(np.arange(len(truths)), count)
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ("a", "b", "outcome", "rater")}
    columns["rater"] += 1_000 * group
    return Comparisons(("x", "y", "z"), **columns), group


def ballots(comparisons):
    size = len(comparisons.competitors)
    judged = np.bincount(np.concatenate([comparisons.a, comparisons.b]), minlength=size)
    return Ballots(count_pairs(comparisons), comparisons, np.zeros((size, size), int), judged, len(comparisons), 0)


def column(finding, name):
    return {row["model"]: row[name] for row in finding.rows}


def test_orders_stand_beside_the_ratings():
    comparisons, _group = votes(UP)

    found = find_orders(ballots(comparisons), METHOD)

    assert [row["model"] for row in found.rows] == ["x", "y", "z"]
    pairs = count_pairs(comparisons)
    assert list(column(found, "copeland").values()) == copeland_scores(pairs).tolist()
    assert list(column(found, "borda").values()) == borda_scores(pairs).tolist()


def test_range_holds_the_rank_and_leaves_out_what_is_preliminary():
    comparisons, _group = votes(UP)
    few = Comparisons(
        ("x", "y", "z", "new"),
        a=[*comparisons.a, 3],
        b=[*comparisons.b, 0],
        outcome=[*comparisons.outcome, 1],
        rater=[*comparisons.rater, 0],
    )

    found = find_range(ballots(few), few, METHOD)

    assert found.facts == {"ways": 18}
    assert [row["model"] for row in found.rows] == ["x", "y", "z", "new"]
    assert "rank_best_anyhow" not in found.rows[3]
    for row in found.rows[:3]:
        assert row["rank_best_anyhow"] <= row["rank_best"] <= row["rank_worst_anyhow"]
        assert row["rating_lowest"] < row["rating_highest"]


def test_differences_between_groups_are_told_with_intervals_and_a_test():
    comparisons, group = votes(UP, DOWN, UP, raters=25)
    lonely = np.where(comparisons.rater < 5, 3, group)

    found = find_differences(comparisons, lonely, ["p", "q", "r", "few"], METHOD)

    assert (found.facts["groups"], found.facts["groups_left_out"]) == (["p", "q", "r"], ["few"])
    assert found.facts["p_value"] < 0.001
    assert "p < 0.001" in found.notes[0]
    assert "few" in found.notes[2]
    by_pair = {(row["group"], row["less_group"], row["model"]): row for row in found.rows}
    assert len(by_pair) == 9
    apart = by_pair["p", "q", "x"]
    assert 200 < apart["difference_lower"] < apart["difference"] < apart["difference_upper"]
    same = by_pair["p", "r", "x"]
    assert same["difference_lower"] < 0 < same["difference_upper"]


def test_models_that_one_group_does_not_connect_are_left_out():
    comparisons, group = votes(UP, UP)
    met = (group == 0) | ((comparisons.a != 2) & (comparisons.b != 2))

    found = find_differences(comparisons.select(met), group[met], ["p", "q"], METHOD)

    assert found.facts["models_left_out"] == ["z"]
    assert {row["model"] for row in found.rows} == {"x", "y"}


def test_criteria_reward_being_good_in_all():
    comparisons, group = votes((1.5, 0.5, -2.0), (-1.5, 0.5, 1.0))

    found = find_criteria(comparisons, group, ["clear", "true"], METHOD)

    assert found.rows[0]["model"] == "y"
    for row in found.rows:
        assert row["score_lower"] < row["score"] < row["score_upper"] < 0
        assert row["probability"] == pytest.approx(np.exp(row["score"]))
        assert {"rating_clear", "rating_true"} <= set(row)


def test_one_group_with_enough_voters_cannot_be_compared():
    comparisons, group = votes(UP, UP, raters=9)

    with pytest.raises(TooFewPartsError, match="Of 2 groups 0 have at least 10"):
        find_differences(comparisons, group, ["p", "q"], METHOD)
