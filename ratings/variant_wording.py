"""The ways to compute a board, in words."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from ratings.analysis_rows import SIDE, TIES
from ratings.variants import Variant

# From here on a standard deviation is shown without decimals.
TENS = 10.0
MODELS_OF_TIES: dict[str, Callable[[], str]] = {
    "half": lambda: _("A tie counts as half a win for both."),
    "davidson": lambda: _(
        "A tie is an outcome of its own, likelier between models of like strength (Davidson's model), so that ratings "
        "describe who wins when somebody does. They lie further apart than with ties as half wins."
    ),
    "rao-kupper": lambda: _(
        "A tie means that the difference was too small to tell (Rao and Kupper's model), so that ratings describe the "
        "difference itself. They lie further apart than with ties as half wins."
    ),
}


def describe_variant(variant: Variant) -> tuple[str, ...]:
    """Return how a variant treats ties, the side and style, as sentences."""
    side = _(
        "Being shown first may help or harm an answer; what it is worth is fitted with the ratings and taken out of "
        "them."
    )
    style = _(
        "Differences in length, formatting and tone are fitted with the ratings and taken out of them: what is left is "
        "the rating among answers that are written alike."
    )
    return (
        MODELS_OF_TIES[variant.ties](),
        *([side] if variant.side else []),
        *([style] if variant.style else []),
    )


# Measures by the names that the arena's own source and exports give them.
MEASURES: dict[str, Callable[[], str]] = {
    "length": lambda: _("%(more)s more characters are worth, in points"),
    "headings": lambda: _("%(more)s more headings are worth, in points"),
    "lists": lambda: _("%(more)s more items in lists are worth, in points"),
    "bold": lambda: _("%(more)s more stretches in bold are worth, in points"),
    "code": lambda: _("%(more)s more pieces of code are worth, in points"),
    "tone": lambda: _("%(more)s more words or signs of warmth are worth, in points"),
    "hedging": lambda: _("%(more)s more words of doubt are worth, in points"),
}


def describe_coefficient(name: str, standard_deviation: float) -> str:
    """Return what a coefficient says, a difference in style by its standard deviation; its value follows."""
    if name == SIDE:
        return _("Being shown first is worth, in points")
    if name == TIES:
        return _("Two models of the same strength tie in")
    more = f"{standard_deviation:.0f}" if standard_deviation >= TENS else f"{standard_deviation:.1f}"
    if name in MEASURES:
        return MEASURES[name]() % {"more": more}
    return _("%(more)s more of “%(name)s” are worth, in points") % {"more": more, "name": name}


def describe_ranks(best: int, worst: int) -> str:
    """Return rank bounds in words."""
    return f"{best}" if best == worst else _("%(best)d to %(worst)d") % {"best": best, "worst": worst}


def name_method(key: str | None) -> str:
    """Return a name for a method of the validation: that of a variant's key, or of what ignores who meets whom."""
    if key is None:
        return _("always the same shares")
    names = {
        "half": _("ties as half wins"),
        "davidson": _("ties by Davidson"),
        "rao-kupper": _("ties by Rao and Kupper"),
        "side": _("first answer allowed for"),
        "style": _("style allowed for"),
    }
    return ", ".join(names[part] for part in key.split("+"))
