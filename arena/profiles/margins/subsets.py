"""PRISM's rules to choose people and conversations (Kirk et al. 2024), as functions of what is known and a seed."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from arena.profiles.margins.tables import MarginTable

Person = TypeVar("Person", bound=Hashable)
Conversation = TypeVar("Conversation", bound=Hashable)
# How many people PRISM aimed at for each country.
CENSUS_SIZE = 300


def balanced_subset(
    conversations: Mapping[Person, Mapping[str, Sequence[Conversation]]],
    types: Sequence[str],
    *,
    rng: np.random.Generator,
) -> list[Conversation]:
    """Return as many conversations of each type from everybody who had one of each: the most that all types allow.

    Parameters
    ----------
    conversations : by person and type, in a fixed order. Which of them are drawn follows from `rng`.
    """
    chosen: list[Conversation] = []
    for by_type in conversations.values():
        number = min(len(by_type.get(each, ())) for each in types)
        for each in types if number else ():
            drawn = rng.choice(len(by_type[each]), size=number, replace=False)
            chosen.extend(by_type[each][place] for place in sorted(drawn.tolist()))
    return chosen


def census_subset(
    people: Mapping[Person, Mapping[str, str]],
    table: MarginTable,
    *,
    rng: np.random.Generator,
    size: int = CENSUS_SIZE,
) -> list[Person]:
    """Return people in about the shares of `table`: the whole part of share times `size`, and one more, of each cell.

    The one more keeps tiny cells. A cell with fewer people gives all it has, and nothing makes up for them.

    Parameters
    ----------
    people : their values by field, in a fixed order. Who is in no cell is never chosen.
    """
    members: list[list[Person]] = [[] for _ in table.cells]
    for person, said in people.items():
        place = table.cell_of(said)
        if place is not None:
            members[place].append(person)
    chosen: list[Person] = []
    for count, among in zip(table.cells.values(), members, strict=True):
        wanted = int(count / table.total * size) + 1
        drawn = rng.choice(len(among), size=min(wanted, len(among)), replace=False)
        chosen.extend(among[place] for place in sorted(drawn.tolist()))
    return chosen
