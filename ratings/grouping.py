"""How the votes of a board fall into groups: what a source of comparisons says of them beside the comparisons."""

from collections.abc import Mapping
from dataclasses import dataclass

from ratings.core.arrays import IntArray

NOBODY = -1


@dataclass(frozen=True, eq=False, slots=True)
class GroupField:
    """One way to divide a board's votes: people by what they said of themselves, or votes by what they are about.

    Attributes
    ----------
    key : names the field in addresses and files.
    title : what is asked or told, in words.
    groups : the name of each group by its key.
    cell : (raters,) where people are divided, (n,) where votes are: a position in `groups`, or `NOBODY`.
    divides_people : which of both.
    listed : whether groups may be named of which nothing is told, because everybody knows that there could be such.
    """

    key: str
    title: str
    groups: Mapping[str, str]
    cell: IntArray
    divides_people: bool
    listed: bool = True


@dataclass(frozen=True, eq=False, slots=True)
class Grouping:
    """All fields of a board.

    Attributes
    ----------
    fields : in the order in which pages name them, and of their importance where not all can be shown.
    minimum : people that a figure must be about.
    people : (raters,) a number for each rater of the comparisons that is theirs for good and tells nothing of them.
    """

    fields: tuple[GroupField, ...]
    minimum: int
    people: IntArray


def nothing_grouped() -> None:
    """Stand for a board whose source tells nothing of groups."""
