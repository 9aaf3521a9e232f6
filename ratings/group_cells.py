"""Which groups of a board may be shown at all."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np

from ratings.core.arrays import BoolArray, IntArray
from ratings.core.suppression import Partition, shown_cells, shown_cells_of_votes
from ratings.grouping import NOBODY, GroupField, Grouping


class Cell(NamedTuple):
    """A group of a field, by their keys."""

    field: str
    group: str


def choose_cells(grouping: Grouping, rater: IntArray, *, held_back: AbstractSet[Cell]) -> list[BoolArray]:
    """Return which groups of each field may be shown together, (groups,) each; see `ratings.core.suppression`.

    All fields that divide people are looked at together. A field that divides votes is looked at by itself and with the
    whole: combined with others, its votes are still those of all kinds of people.

    Parameters
    ----------
    rater : (n,) who cast each of the votes that figures are computed from.
    held_back : groups that are not to be shown anyhow.
    """
    voted = np.unique(rater)
    cells = [_allowed(field, held_back) for field in grouping.fields]
    people = [number for number, field in enumerate(grouping.fields) if field.divides_people]
    partitions = [Partition(cells[number][voted], len(grouping.fields[number].groups)) for number in people]
    shown = dict(zip(people, shown_cells(partitions, grouping.minimum), strict=True))
    return [
        shown[number]
        if number in shown
        else shown_cells_of_votes(cells[number], rater, len(field.groups), grouping.minimum)
        for number, field in enumerate(grouping.fields)
    ]


def cells_of(grouping: Grouping, chosen: Sequence[BoolArray]) -> frozenset[Cell]:
    """Return the groups that `choose_cells` chose, by name."""
    return frozenset(
        Cell(field.key, group)
        for field, shown in zip(grouping.fields, chosen, strict=True)
        for group, is_shown in zip(field.groups, shown, strict=True)
        if is_shown
    )


def _allowed(field: GroupField, held_back: AbstractSet[Cell]) -> IntArray:
    """Return the cells of a field, with nobody in those that are held back."""
    groups: Sequence[str] = list(field.groups)
    allowed = [place for place, group in enumerate(groups) if Cell(field.key, group) not in held_back]
    return np.where(np.isin(field.cell, allowed), field.cell, NOBODY)
