"""Populations that raters may stand for, and which raters of a board do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ratings.core.arrays import BoolArray, FloatArray, IntArray
from ratings.grouping import NOBODY, GroupField, Grouping

INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Population:
    """How a population divides, as a source of comparisons knows it.

    Attributes
    ----------
    slug, title, source : its name in addresses, what it is called, and where its margins are from.
    sha256 : of what the margins were read from.
    among : the field and value that raters must have to belong to it; None if all do.
    margins : by field, its groups with the number or share of people in each. A group is of one or several values.
    """

    slug: str
    title: str
    source: str
    sha256: str
    among: tuple[str, str] | None
    margins: Mapping[str, Mapping[tuple[str, ...], float]]


Populations = Callable[[], Sequence[Population]]


def no_populations() -> Sequence[Population]:
    """Stand for a source that knows no populations."""
    return ()


@dataclass(frozen=True, eq=False, slots=True)
class PlacedMargin:
    """How a population divides by one field, and where raters are.

    Attributes
    ----------
    title : what was asked.
    names : of c groups.
    shares : (c,) of each in the population.
    cell : (raters,) from 0, or `NOBODY`.
    """

    title: str
    names: tuple[str, ...]
    shares: FloatArray
    cell: IntArray


@dataclass(frozen=True, eq=False, slots=True)
class PlacedRaters:
    """The raters of a board, by where they are in a population. `inside` (raters,) have a group in every margin."""

    population: Population
    margins: tuple[PlacedMargin, ...]
    inside: BoolArray

    def grouping(self, grouping: Grouping) -> Grouping:
        """Return the groups that its figures are about: who belongs to the population, and each margin's groups."""
        whole = GroupField(
            key=self.population.slug,
            title=self.population.title,
            groups={INSIDE: self.population.title},
            cell=np.where(self.inside, 0, NOBODY),
            divides_people=True,
        )
        fields = (
            GroupField(
                key=f"{self.population.slug}:{number}",
                title=margin.title,
                groups={str(place): name for place, name in enumerate(margin.names)},
                cell=np.where(self.inside, margin.cell, NOBODY),
                divides_people=True,
            )
            for number, margin in enumerate(self.margins)
        )
        return Grouping(fields=(whole, *fields), minimum=grouping.minimum, people=grouping.people)


def place_raters(population: Population, grouping: Grouping) -> PlacedRaters | None:
    """Return where the raters of a board are in a population; None when it is about what they are not asked."""
    known = {field.key: field for field in grouping.fields if field.divides_people}
    if not set(population.margins) | ({population.among[0]} if population.among else set()) <= set(known):
        return None
    margins = tuple(_placed(known[field], groups) for field, groups in population.margins.items())
    inside = np.ones(len(grouping.people), dtype=np.bool_)
    if population.among:
        field, value = population.among
        inside &= _cells(known[field], [(value,)]) != NOBODY
    for margin in margins:
        inside &= margin.cell != NOBODY
    return PlacedRaters(population, margins, inside)


def _placed(field: GroupField, groups: Mapping[tuple[str, ...], float]) -> PlacedMargin:
    shares = np.array([*groups.values()], dtype=np.float64)
    names = tuple(", ".join(field.groups.get(value, value) for value in group) for group in groups)
    return PlacedMargin(field.title, names, shares / shares.sum(), _cells(field, list(groups)))


def _cells(field: GroupField, groups: Sequence[tuple[str, ...]]) -> IntArray:
    """Return (raters,) the group that each rater's value is in, or `NOBODY`."""
    group_of = {value: place for place, group in enumerate(groups) for value in group}
    places = [group_of.get(value, NOBODY) for value in field.groups]
    return np.array([*places, NOBODY], dtype=np.intp)[field.cell]
