"""What simulated raters like: the strength that each of them finds in each contestant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from arena.battles.simulation.people import Answers
from ratings.core.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Differences:
    """By how much tastes differ, as standard deviations of strengths on the natural-log scale.

    Attributes
    ----------
    groups : of the shift that each group gives each contestant, such as those of an age; one for every field.
    people : of what is left between two people of the same groups.
    """

    groups: float = 0.25
    people: float = 0.4


@dataclass(frozen=True, eq=False, slots=True)
class Tastes:
    """The truth of a simulation.

    Attributes
    ----------
    strengths : (m,) of everybody.
    shifts : by field and group, (m,) what is added for who belongs to it.
    personal : (n, m) what is added for each person.
    groups : by field, (n,) the group of each person.
    """

    strengths: FloatArray
    shifts: Mapping[str, Mapping[str, FloatArray]]
    personal: FloatArray
    groups: Mapping[str, Answers]

    def of(self, people: IntArray) -> FloatArray:
        """Return the strengths (k, m) that these k people find in each contestant."""
        found: FloatArray = self.strengths + self.personal[people]
        for field, shifts in self.shifts.items():
            names, place = np.unique(self.groups[field][people], return_inverse=True)
            found = found + np.array([shifts[name] for name in names])[place]
        return found


def draw_tastes(
    strengths: Sequence[float], groups: Mapping[str, Answers], differences: Differences, *, rng: np.random.Generator
) -> Tastes:
    """Draw what each group and each person adds to the strengths (m,); `groups` has the group of each by field.

    A field's shifts have no mean over its groups, so that the strengths stay those of everybody.
    """
    base = np.asarray(strengths, dtype=np.float64)
    people = len(next(iter(groups.values())))
    shifts = {}
    for field, group_of in groups.items():
        names = np.unique(group_of)
        drawn = differences.groups * rng.standard_normal((len(names), len(base)))
        shifts[field] = dict(zip(names.tolist(), drawn - drawn.mean(axis=0), strict=True))
    personal = differences.people * rng.standard_normal((people, len(base)))
    return Tastes(strengths=base, shifts=shifts, personal=personal, groups=groups)
