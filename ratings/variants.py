"""The ways in which a board can be computed besides its own, as pages and addresses name them; a short, closed list."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import cast, get_args

from ratings.core.method import IntervalMethod, Ties
from ratings.errors import UnknownVariantError

TIES: tuple[Ties, ...] = get_args(Ties)
INTERVALS: tuple[IntervalMethod, ...] = get_args(IntervalMethod)
SWITCH = {"off": False, "on": True}


@dataclass(frozen=True, slots=True)
class Variant:
    """One model of the votes. The one without arguments is what a board itself computes.

    Attributes
    ----------
    ties : how ties are modelled.
    side : whether what being shown first is worth is fitted too.
    style : whether differences in style are.
    """

    ties: Ties = "half"
    side: bool = False
    style: bool = False

    @property
    def key(self) -> str:
        """The short name under which it is stored."""
        return "+".join([self.ties, *(["side"] if self.side else []), *(["style"] if self.style else [])])


@dataclass(frozen=True, slots=True)
class BoardView:
    """What somebody wants to see of a board: a model of the votes, and a kind of interval."""

    variant: Variant
    interval: IntervalMethod


def all_variants(*, styled: bool) -> tuple[Variant, ...]:
    """Return every variant; those with style only where the votes have measurements of style."""
    styles = (False, True) if styled else (False,)
    return tuple(Variant(ties, side, style) for ties, side, style in product(TIES, (False, True), styles))


def read_view(query: Mapping[str, str], usual: IntervalMethod) -> BoardView:
    """Return what the query of an address asks for; what it leaves out is as the board itself has it.

    Raises
    ------
    UnknownVariantError
        When a switch stands on something that it does not have: showing another board instead would mislead.
    """
    ties = _one_of(query, "ties", TIES, "half")
    side, style = (SWITCH[_one_of(query, name, tuple(SWITCH), "off")] for name in ("side", "style"))
    interval = _one_of(query, "interval", INTERVALS, usual)
    return BoardView(Variant(cast("Ties", ties), side, style), cast("IntervalMethod", interval))


def write_view(view: BoardView, usual: IntervalMethod) -> str:
    """Return the query of the one address of `view`, empty for the board itself."""
    variant = view.variant
    parts = [
        f"ties={variant.ties}" if variant.ties != "half" else "",
        "side=on" if variant.side else "",
        "style=on" if variant.style else "",
        f"interval={view.interval}" if view.interval != usual else "",
    ]
    return "&".join(part for part in parts if part)


def _one_of(query: Mapping[str, str], name: str, known: tuple[str, ...], usual: str) -> str:
    value = query.get(name, usual)
    if value not in known:
        raise UnknownVariantError(f"{name} is none of: {', '.join(known)}.")
    return value
