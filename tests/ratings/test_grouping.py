"""Figures of groups: what is stored, and when it follows the votes."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import product

import numpy as np
import pytest

from ratings.group_cells import Cell
from ratings.group_steps import Shown, pack, unpack
from ratings.grouping import NOBODY, GroupField
from ratings.models import GroupFigures, GroupStep
from ratings.services.grouping import refresh_groups
from ratings.services.refreshing import refresh_leaderboard
from tests.ratings.divided_source import divided_votes, with_groups, with_votes_of, without
from tests.ratings.fake_source import make_input, votes

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def refresh(make_board, source):
    """Return a function that gives board "open" these votes, looks at its groups, and returns the shown step."""
    make_board()

    def look(board_input) -> GroupStep:
        source.inputs["human"] = board_input
        refresh_leaderboard("open")
        refresh_groups(slug="open")
        return GroupStep.objects.get()

    return look


def shown(step: GroupStep, key: str) -> list[str]:
    """Return the groups of a field that have figures."""
    figures = step.figures.filter(field=key).first()
    return [group["key"] for group in figures.content["groups"]] if figures else []


def test_groups_have_ratings_and_differences_with_intervals(refresh):
    step = refresh(divided_votes(60, 60))

    content = step.figures.get(field="age").content
    young, old = (group["ratings"] for group in content["groups"])
    assert [group["people"] for group in content["groups"]] == [60, 60]
    assert (young[0][0] > 1000 > young[3][0], old[3][0] > 1000 > old[0][0]) == (True, True)
    assert all(lower < middle < upper for middle, lower, upper in [*young, *old, *content["whole"]])
    assert content["pairs"][0]["differences"][0][1] > 0 > content["pairs"][0]["differences"][3][2]
    assert content["p_value"] < 0.01
    assert content["pairs"][0]["likeness"][2] < 0
    # What both have in common is next to nothing.
    assert 1000 < content["groups"][0]["shrunk"][0][0] < young[0][0]


def test_groups_that_agree_are_not_said_to_differ(refresh):
    step = refresh(divided_votes(60, 0, 60))

    assert step.figures.get(field="age").content["p_value"] > 0.05


def test_nothing_that_is_stored_tells_of_a_small_group(refresh):
    step = refresh(divided_votes(60, 60, 19))

    field = next(field for field in step.fields if field["key"] == "age")
    assert shown(step, "age") == ["young", "old"]
    assert (field["shown"], field["hidden"], field["reason"]) == (2, ["Ancient"], "")
    assert "ancient" not in json.dumps(list(step.figures.values_list("content", flat=True)))


def test_what_is_left_of_the_whole_is_never_few_people(refresh):
    step = refresh(divided_votes(60, 40, unsaid=5))

    # Five people did not say: with both groups shown, subtracting them would tell of these five.
    assert shown(step, "age") == ["young"]
    assert shown(step, "country") == ["y"]


def people_behind(board, field: GroupField, group: str) -> np.ndarray:
    """Return (n,) 1 for the votes of a group."""
    cell = field.cell[board.comparisons.rater] if field.divides_people else field.cell
    return (cell == list(field.groups).index(group)).astype(int)


@pytest.mark.parametrize("unsaid", [5, 30])
def test_no_sum_or_difference_of_what_is_shown_is_about_few_people(refresh, unsaid):
    board = divided_votes(60, 45, 19, unsaid=unsaid)
    age, _country, category = board.grouping().fields
    # All countries less both large ages would tell of the nineteen ancient.
    everybody = np.where(age.cell == NOBODY, NOBODY, age.cell % 2)
    board = with_groups(board, age.cell, country=everybody, asked=category.cell)

    step = refresh(board)

    fields = {field.key: field for field in board.grouping().fields}
    for together in (("age", "country"), ("category",)):
        votes = [people_behind(board, fields[key], group) for key in together for group in shown(step, key)]
        known = np.array([np.ones(len(board.comparisons), int), *votes])
        for signs in product((-1, 0, 1), repeat=len(known)):
            people = len(set(board.comparisons.rater[signs @ known != 0]))
            assert people == 0 or people >= 20
    assert len(shown(step, "age")) + len(shown(step, "country")) > 0


def test_groups_with_too_few_people_are_named_and_have_no_figures(refresh):
    step = refresh(divided_votes(15, 10))

    assert [(field["key"], field["reason"]) for field in step.fields] == [
        ("age", "few_people"), ("country", "few_people"), ("category", ""),
    ]  # fmt: skip
    assert list(step.figures.values_list("field", flat=True)) == ["category"]


def test_one_more_vote_changes_nothing_and_many_do(refresh):
    board = divided_votes(60, 60)
    first = refresh(board)

    after_one = refresh(with_votes_of(board, range(1)))
    after_many = refresh(with_votes_of(board, range(120)))

    assert after_one.taken_at == first.taken_at
    assert after_many.taken_at > first.taken_at
    assert shown(after_many, "age") == ["young", "old"]


def test_a_group_in_which_few_did_something_keeps_all_figures_waiting(refresh):
    board = divided_votes(60, 60)
    first = refresh(board)

    later = refresh(with_votes_of(board, range(25, 70)))

    # Thirty-five of the young voted, and only ten of the old.
    assert later.taken_at == first.taken_at
    GroupStep.objects.update(taken_at=first.taken_at - timedelta(days=31))
    at_last = refresh(with_votes_of(board, range(25, 70)))
    assert shown(at_last, "age") == ["young"]


def test_who_withdraws_is_out_at_once_and_cannot_be_worked_out(refresh):
    board = divided_votes(60, 60)
    refresh(board)

    after = refresh(without(board, 0))

    assert shown(after, "age") == ["old"]
    assert "young" not in json.dumps(list(after.figures.values_list("content", flat=True)))
    # When enough others did something too, the group is back.
    again = refresh(without(with_votes_of(board, range(120)), 0))
    assert shown(again, "age") == ["young", "old"]


def test_a_raised_minimum_takes_groups_away_at_once(refresh):
    board = divided_votes(60, 30)
    assert shown(refresh(board), "age") == ["young", "old"]
    grouping = board.grouping()

    stricter = refresh(replace(board, grouping=lambda: replace(grouping, minimum=40)))

    assert shown(stricter, "age") == ["young"]


def test_figures_do_not_change_while_votes_do_not(refresh):
    first = refresh(divided_votes(60, 60))

    assert refresh(divided_votes(60, 60)).taken_at == first.taken_at


def test_models_with_few_people_are_left_out_of_the_groups(refresh):
    board = divided_votes(60, 60, votes_each=30)
    rows, grouping = board.comparisons, board.grouping()
    # Only fifteen of the young and thirteen of the old ever saw the last model.
    kept = (rows.a != 3) & (rows.b != 3) | (rows.rater < 15) | ((rows.rater >= 60) & (rows.rater < 73))
    age, asked = grouping.fields[0].cell, grouping.fields[2].cell[kept]

    step = refresh(with_groups(make_input(rows.select(kept)), age, asked=asked))

    assert [model["slug"] for model in step.figures.get(field="age").content["models"]] == ["m0", "m1", "m2"]


def test_board_whose_source_knows_no_groups_has_none(make_board, source):
    make_board()
    source.inputs["human"] = make_input(votes())
    refresh_leaderboard("open")

    refresh_groups(slug="open")

    assert GroupStep.objects.get().fields == []
    assert not GroupFigures.objects.exists()


def test_what_was_shown_is_remembered_as_it_was():
    kept = Shown(
        {Cell("age", "18-24"): np.array([1, 2], np.uint64), Cell("a.b", "x/y"): np.array([3], np.uint64)},
        np.array([9], np.uint64),
        frozenset({Cell("a.b", "x/y")}),
    )

    found = unpack(pack(kept))

    assert {cell: marks.tolist() for cell, marks in found.cells.items()} == {
        ("age", "18-24"): [1, 2],
        ("a.b", "x/y"): [3],
    }
    assert (found.people.tolist(), found.current) == ([9], kept.current)
