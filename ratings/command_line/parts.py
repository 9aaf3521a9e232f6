"""The parts of a file that can be compared: groups with votes enough, and the models that all of them connect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ratings.command_line.rating import FEWEST_UNITS, ClusterOption, count_units
from ratings.core.components import find_components
from ratings.core.errors import RatingsError
from ratings.core.pairs import count_pairs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ratings.core.arrays import IntArray
    from ratings.core.comparisons import Comparisons

FEWEST = 2


class TooFewPartsError(RatingsError):
    """There are not two groups, or not two models in all of them, that could be compared."""


@dataclass(frozen=True, eq=False, slots=True)
class Parts:
    """Comparisons of the models that every part connects, with the part of each."""

    comparisons: Comparisons
    part: IntArray
    names: list[str]
    names_left_out: list[str]
    models_left_out: list[str]

    def facts(self) -> dict[str, str | int | float | list[str] | None]:
        """Return what was compared, for programs."""
        return {"groups": self.names, "groups_left_out": self.names_left_out, "models_left_out": self.models_left_out}

    def notes(self) -> list[str]:
        """Return what was left out, as sentences."""
        notes = []
        if self.names_left_out:
            few = f"fewer than {FEWEST_UNITS} independent units"
            notes.append(f"Left out, with {few} each: {', '.join(self.names_left_out)}.")
        if self.models_left_out:
            notes.append(f"Left out, as not every group connects them: {', '.join(self.models_left_out)}.")
        return notes


def connected_parts(comparisons: Comparisons, group: IntArray, names: Sequence[str], cluster: ClusterOption) -> Parts:
    """Return the groups with enough independent units, by name, and the models that each of them connects.

    Parameters
    ----------
    group : (n,) positions in `names`; -1 belongs to none.

    Raises
    ------
    TooFewPartsError
        When fewer than two groups or two models are left.
    MissingColumnError
        When the comparisons lack the column that `cluster` needs.
    """
    ordered = sorted(range(len(names)), key=lambda number: names[number])
    enough = [
        number for number in ordered if count_units(comparisons.select(group == number), None, cluster) >= FEWEST_UNITS
    ]
    members = _connected(comparisons, group, enough)
    if len(enough) < FEWEST or len(members) < FEWEST:
        raise TooFewPartsError(
            f"Of {len(names)} groups {len(enough)} have at least {FEWEST_UNITS} independent units, and all of them "
            f"connect {len(members)} models: there must be two of each."
        )
    kept = np.isin(group, enough) & np.isin(comparisons.a, members) & np.isin(comparisons.b, members)
    position = np.zeros(len(names), dtype=np.intp)
    position[enough] = np.arange(len(enough))
    chosen = comparisons.select(kept).among(members)
    return Parts(
        comparisons=chosen,
        part=position[group[kept]],
        names=[names[number] for number in enough],
        names_left_out=[names[number] for number in ordered if number not in enough],
        models_left_out=[name for name in comparisons.competitors if name not in chosen.competitors],
    )


def _connected(comparisons: Comparisons, group: IntArray, numbers: Sequence[int]) -> IntArray:
    """Return the models, ascending, among which the votes of each of these groups lead from any to any other."""
    members = np.arange(len(comparisons.competitors))
    while True:
        before = members
        for number in numbers:
            pairs = count_pairs(comparisons.select(group == number).among(members))
            members = members[np.sort(find_components(pairs)[0])] if len(members) else members
        if len(members) == len(before):
            return members
