"""When figures of groups may follow the votes: only in steps of so many people that none of them stands out.

Whoever sees the figures of a group before and after one person's vote, answer or withdrawal can subtract. So a group
gets new figures only when at least the minimum of people in it did something since its figures were last shown, and is
not shown when they were fewer, but some. What was shown is remembered as numbers that only this site can make.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from ratings.core.arrays import BoolArray, IntArray
from ratings.core.comparisons import Comparisons
from ratings.group_cells import Cell
from ratings.grouping import NOBODY, Grouping

Marks = npt.NDArray[np.uint64]
# A step that takes away figures which are shown waits this long for more people to come.
LONGEST_WAIT = timedelta(days=30)
SEPARATOR = "/"


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """What figures rested on when they were last shown.

    Attributes
    ----------
    cells : for each group that ever was shown, a number for each of its people, which is another when they did
        something else.
    people : a number for everybody who is in some group that is shown now.
    current : the groups that are shown now.
    """

    cells: Mapping[Cell, Marks] = field(default_factory=dict)
    people: Marks = field(default_factory=lambda: np.zeros(0, np.uint64))
    current: frozenset[Cell] = frozenset()


def mark_cells(grouping: Grouping, comparisons: Comparisons) -> dict[Cell, Marks]:
    """Return a number for each person in each group, made of who they are and all their votes in that group."""
    rater = comparisons.rater
    assert rater is not None  # noqa: S101  boards know their raters
    if not grouping.fields:
        return {}
    votes = _vote_numbers(comparisons)
    people = grouping.people.astype(np.uint64)
    of_people = _sums(votes, rater, len(people))
    marked: dict[Cell, Marks] = {}
    for each in grouping.fields:
        for place, group in enumerate(each.groups):
            members = np.flatnonzero(each.cell == place)
            sums = of_people
            if not each.divides_people:
                sums = _sums(votes[members], rater[members], len(people))
                members = np.unique(rater[members])
            if len(members):
                marked[Cell(each.key, group)] = np.sort(_mixed(people[members] ^ _mixed(sums[members])))
    return marked


def mark_people(grouping: Grouping, shown: Sequence[BoolArray]) -> Marks:
    """Return a number for everybody who is in a group of people that is shown."""
    counted = np.zeros(len(grouping.people), dtype=np.bool_)
    for each, visible in zip(grouping.fields, shown, strict=True):
        if each.divides_people:
            counted |= np.append(visible, False)[each.cell]
    return np.sort(_mixed(grouping.people[counted].astype(np.uint64)))


def cells_held_back(before: Shown, marked: Mapping[Cell, Marks], minimum: int) -> frozenset[Cell]:
    """Return the groups in which some people did something since they were last shown, but fewer than the minimum."""
    changed = _changes(before, marked)
    return frozenset(cell for cell, people in changed.items() if 0 < people < minimum)


def is_step_due(
    before: Shown, marked: Mapping[Cell, Marks], grouping: Grouping, *, wanted: AbstractSet[Cell], age: timedelta
) -> bool:
    """Tell whether figures of the `wanted` groups are to take the place of those shown `before`, which have some `age`.

    They are when they tell more and nothing that is shown gets lost; when somebody who is counted must not be any more;
    or when something changed and the last ones are older than `LONGEST_WAIT`.
    """
    changed = _changes(before, marked)
    known = _mixed(grouping.people[_divided(grouping)].astype(np.uint64))
    if not np.isin(before.people, known).all():
        return True
    tells_more = wanted - before.current or any(changed.get(cell) for cell in wanted)
    return bool(tells_more) and (before.current <= wanted or age > LONGEST_WAIT)


def shown_after(before: Shown, marked: Mapping[Cell, Marks], current: AbstractSet[Cell], people: Marks) -> Shown:
    """Return what is to be remembered once the groups `current` are shown."""
    return Shown({**before.cells, **{cell: marked[cell] for cell in current}}, people, frozenset(current))


def pack(shown: Shown) -> bytes:
    """Return what is remembered as bytes for the database."""
    buffer = io.BytesIO()
    names = {SEPARATOR.join((str(int(cell in shown.current)), *cell)): marks for cell, marks in shown.cells.items()}
    np.savez(buffer, people=shown.people, **names)  # type: ignore[arg-type]  # its stubs take arrays for flags
    return buffer.getvalue()


def unpack(packed: bytes) -> Shown:
    """Return what `pack` was given."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as stored:
        named = {name: stored[name] for name in stored.files}
    people = named.pop("people")
    cells = {Cell(*name.split(SEPARATOR, 2)[1:]): marks for name, marks in named.items()}
    current = frozenset(Cell(*name.split(SEPARATOR, 2)[1:]) for name in named if name.startswith("1"))
    return Shown(cells, people, current)


def _divided(grouping: Grouping) -> BoolArray:
    """Return (raters,) who is in any group of people."""
    inside: Iterable[BoolArray] = (each.cell != NOBODY for each in grouping.fields if each.divides_people)
    found = np.zeros(len(grouping.people), dtype=np.bool_)
    for members in inside:
        found |= members
    return found


def _changes(before: Shown, marked: Mapping[Cell, Marks]) -> dict[Cell, int]:
    """Return for each group that ever was shown how many people at least came, went or did something since."""
    nobody = np.zeros(0, np.uint64)
    changed = {}
    for cell, marks in before.cells.items():
        now = marked.get(cell, nobody)
        changed[cell] = max(int(np.sum(~np.isin(marks, now))), int(np.sum(~np.isin(now, marks))))
    return changed


def _vote_numbers(comparisons: Comparisons) -> Marks:
    """Return (n,) a number for each vote, made of who was preferred to whom: the same whenever the same is read."""
    digests = b"".join(blake2b(name.encode(), digest_size=8).digest() for name in comparisons.competitors)
    names = np.frombuffer(digests, dtype="<u8")
    first, second = names[comparisons.a], _mixed(names[comparisons.b])
    return _mixed(first ^ second ^ (2.0 * comparisons.outcome + 1.0).astype(np.uint64))


def _sums(numbers: Marks, rater: IntArray, raters: int) -> Marks:
    """Return (raters,) sums, which turn over at the largest number."""
    sums = np.zeros(raters, dtype=np.uint64)
    np.add.at(sums, rater, numbers)
    return sums


def _mixed(numbers: Marks) -> Marks:
    """Return numbers in which every bit depends on all bits (Steele, Lea and Flood, 2014, SplitMix64)."""
    with np.errstate(over="ignore"):
        mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
