"""What each room keeps of a person: a registry, so that one page shows all of it and one service erases it.

Rooms register what they hold when the applications are ready, from the ground up. Erasing goes the other way, because
what lies higher refers to what lies below.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from arena.raters.models import Rater

# A row as it stands in the download. Any: plain JSON values.
HeldRow = dict[str, Any]
Raters = QuerySet[Rater]


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows are gone, and how many stay without any link to the person."""

    gone: int
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Holding:
    """One sort of thing that is kept of a person. `raters` are all that are this person, for use within a query.

    Attributes
    ----------
    name, label : the key in downloads and receipts, and what people read.
    count : tells how many there are, in two queries at the most.
    rows : yields them for the download; nothing in them tells a model before its vote (Law 1).
    erase : deletes them, within the transaction of the erasure.
    """

    name: str
    label: Promise | str
    count: Callable[[Raters], int]
    rows: Callable[[Raters], Iterator[HeldRow]]
    erase: Callable[[Raters], Erased]


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Add what a room holds; registered again, it takes the place of the one before."""
    _holdings[holding.name] = holding


def holdings() -> list[Holding]:
    """Return what all rooms hold, the highest room first."""
    return list(reversed(_holdings.values()))
