"""The switches above a board: plain links, one of each row in force."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from ratings.core.method import IntervalMethod
from ratings.variants import BoardView, Variant, write_view

# Short name, label, and what it leads to.
Choices = tuple[tuple[str, str, Variant], ...]


@dataclass(frozen=True, slots=True)
class Option:
    """Where a switch can stand, and the query of the address that puts it there."""

    key: str
    label: str
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """A row of options; without any, `note` says why there is nothing to switch."""

    name: str
    title: str
    options: tuple[Option, ...]
    note: str


def make_switches(view: BoardView, usual: IntervalMethod, *, styled: bool) -> tuple[Switch, ...]:
    """Return the switches as they stand in `view`; `styled` tells whether the style of the answers was measured."""
    variant = view.variant
    ties = (
        ("half", _("half a win each"), replace(variant, ties="half")),
        ("davidson", _("modelled (Davidson)"), replace(variant, ties="davidson")),
        ("rao-kupper", _("modelled (Rao-Kupper)"), replace(variant, ties="rao-kupper")),
    )
    unmeasured = _("Not all of these answers were measured, or too few votes differ in style.")
    return (
        _variants("ties", _("A tie is"), ties, view, usual),
        _variants(
            "side",
            _("Being shown first is"),
            _off_on(replace(variant, side=False), replace(variant, side=True)),
            view,
            usual,
        ),
        _variants(
            "style",
            _("Length, formatting and tone are"),
            _off_on(replace(variant, style=False), replace(variant, style=True)),
            view,
            usual,
        )
        if styled
        else Switch("style", _("Length, formatting and tone"), (), unmeasured),
        _intervals(view, usual),
    )


def _off_on(off: Variant, on: Variant) -> Choices:
    return (("off", _("ignored"), off), ("on", _("allowed for"), on))


def _variants(name: str, title: str, options: Choices, view: BoardView, usual: IntervalMethod) -> Switch:
    return Switch(
        name,
        title,
        tuple(
            Option(key, label, write_view(replace(view, variant=variant), usual), variant == view.variant)
            for key, label, variant in options
        ),
        note="",
    )


def _intervals(view: BoardView, usual: IntervalMethod) -> Switch:
    kinds: tuple[tuple[IntervalMethod, str], ...] = (
        ("bootstrap", _("raters drawn anew (bootstrap)")),
        ("sandwich", _("a formula (sandwich)")),
    )
    options = tuple(
        Option(kind, label, write_view(replace(view, interval=kind), usual), kind == view.interval)
        for kind, label in kinds
    )
    return Switch("interval", _("Intervals come from"), options, note="")
