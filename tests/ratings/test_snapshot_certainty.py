import json

import numpy as np
import pytest

from ratings.board_settings import read_board_settings
from ratings.certainty_page import lay_out_certainty
from ratings.certainty_wording import percent_of
from ratings.core.comparisons import Comparisons
from ratings.snapshot_certainty import compute_certainty
from ratings.snapshot_content import compute_content
from tests.ratings.fake_source import make_input, two_leagues, votes

pytestmark = pytest.mark.unit

SETTINGS = read_board_settings({"replicates": 100})


def judged(comparisons, settings=SETTINGS):
    rows = compute_content(make_input(comparisons), settings).rows
    return rows, compute_certainty(comparisons, rows, settings)


@pytest.fixture(scope="module")
def clear():
    """Three clearly ordered competitors."""
    return judged(votes())


def test_the_clear_first_is_the_best_and_stays_first_in_every_way(clear):
    rows, content = clear

    [component] = content["components"]
    models = {model["slug"]: model for model in component["models"]}
    assert (models["0"]["best"], models["2"]["best"]) == (1.0, 0.0)
    assert [models[slug]["group"] for slug in "012"] == [1, 2, 3]
    assert [(models[slug]["rank_best_anyhow"], models[slug]["rank_worst_anyhow"]) for slug in "012"] == [
        (1, 1), (2, 2), (3, 3),
    ]  # fmt: skip
    assert component["ways"] > 1
    for row in rows:
        model = models[row["slug"]]
        # What holds at every look is wider than what holds at one.
        assert model["lower"] < row["rating_lower"]
        assert row["rating_upper"] < model["upper"]
        assert model["rating_lowest_anyhow"] < row["rating"] < model["rating_highest_anyhow"] + 1e-6


def test_influence_names_who_would_be_first_without_a_part_of_the_votes(clear):
    [component] = clear[1]["components"]

    assert (component["votes"]["challenger"], component["votes"]["units"]) == ("1", 600)
    assert 30 < component["votes"]["removed"] < 300
    assert component["raters"] == {"challenger": "", "removed": 0, "units": 30}
    assert 10 < component["gap"] < 200


def test_equal_competitors_are_one_group_that_a_few_votes_decide():
    rng = np.random.default_rng(2)
    one_ahead = np.append(np.tile([0.0, 1.0], 150), 1.0)
    even = Comparisons(
        ("x", "y"),
        a=np.zeros(301, dtype=int),
        b=np.ones(301, dtype=int),
        outcome=one_ahead,
        rater=rng.integers(0, 30, 301),
    )

    _rows, content = judged(even)

    [component] = content["components"]
    assert {model["group"] for model in component["models"]} == {1}
    assert component["votes"] == {"challenger": "y", "removed": 2, "units": 301}


def test_boards_without_ranks_have_nothing_to_be_sure_of():
    assert judged(votes(raters=6))[1] == {"components": []}
    strict = read_board_settings({"replicates": 100, "established_comparisons": 10_000})
    assert judged(votes(), strict)[1] == {"components": []}


def test_groups_are_judged_apart():
    _rows, content = judged(two_leagues())

    assert [len(component["models"]) for component in content["components"]] == [3, 2]


def test_the_same_votes_give_the_same_bytes(clear):
    assert json.dumps(judged(votes())[1]) == json.dumps(clear[1])


def test_certainty_is_told_in_sentences_and_a_table(clear):
    rows, content = clear

    [group] = lay_out_certainty(content, {row["slug"]: row for row in rows})

    told = " ".join(group.sentences)
    assert "Model 0: > 99 %" in told
    assert "votes of 600, chosen against the first, Model 1 would be first." in told
    assert "raters of 30" not in told
    assert "would show in four of five sets of votes" in told
    assert "The models fall into 3 groups" in told
    assert [(row.name, row.best_percent, row.group, row.ranks_anyhow) for row in group.rows] == [
        ("Model 0", "> 99 %", 1, "1"), ("Model 1", "< 1 %", 2, "2"), ("Model 2", "< 1 %", 3, "3"),
    ]  # fmt: skip


def test_a_first_place_that_nothing_moves_is_told_so(clear):
    rows, content = clear
    nobody = {"challenger": "", "removed": 0, "units": 600}
    unmoved = {**content["components"][0], "votes": nobody, "raters": nobody}
    one_group = {**unmoved, "models": [{**model, "group": 1} for model in unmoved["models"]]}

    [group] = lay_out_certainty({"components": [one_group]}, {row["slug"]: row for row in rows})

    assert "Leaving out even half of the votes" in group.sentences[1]
    assert "they are one group" in group.sentences[3]


def test_raters_that_decide_the_first_place_are_told(clear):
    rows, content = clear
    decided = {**content["components"][0], "raters": {"challenger": "2", "removed": 4, "units": 30}}

    [group] = lay_out_certainty({"components": [decided]}, {row["slug"]: row for row in rows})

    assert group.sentences[1].endswith("Without the votes of 4 raters of 30, Model 2 would be.")


@pytest.mark.parametrize(("share", "words"), [(0.004, "< 1 %"), (0.5, "50 %"), (0.994, "99 %"), (1.0, "> 99 %")])
def test_shares_of_draws_are_never_said_to_be_certain(share, words):
    assert percent_of(share) == words
