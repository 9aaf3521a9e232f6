"""What a rater may add to a vote, as a form sends it: how clear it is, reasons, attributes, a justification.

Each field has a name of its own, so that a form can be filled again, or carried through another page, as pairs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from arena.battles.errors import UnknownChoiceError
from arena.battles.models import Vote, VoteAttribute
from arena.safety.normalise import normalise_text

STRENGTH, JUSTIFICATION = "strength", "justification"
NAMED = re.compile(r"(reason|attribute)-([ab])-([0-9]{1,9})")
# Of one answer: a side, and the revision of what was asked.
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class VoteDetails:
    """What was said beside the choice; what is left out was not said."""

    strength: int | None = None
    reasons: frozenset[Place] = frozenset()
    attributes: Mapping[Place, int] = field(default_factory=dict)
    justification: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return self == NOTHING


NOTHING = VoteDetails()


def reason_field(side: str, revision: int) -> str:
    """Return the name of the box of a reason."""
    return f"reason-{side}-{revision}"


def attribute_field(side: str, revision: int) -> str:
    """Return the name of the field of an attribute."""
    return f"attribute-{side}-{revision}"


def read_details(posted: Mapping[str, str]) -> VoteDetails:
    """Return what a form said.

    Raises
    ------
    UnknownChoiceError
        When a value is none of those that its field offers.
    """
    said = {name: value for name, value in posted.items() if value}
    named = [(found, value) for name, value in said.items() if (found := NAMED.fullmatch(name))]
    return VoteDetails(
        strength=_number(said[STRENGTH], Vote.Strength.values) if STRENGTH in said else None,
        reasons=frozenset((found[2], int(found[3])) for found, _value in named if found[1] == "reason"),
        attributes={
            (found[2], int(found[3])): _number(value, range(VoteAttribute.LEVELS))
            for found, value in named
            if found[1] == "attribute"
        },
        justification=normalise_text(said.get(JUSTIFICATION, ""))[: Vote.JUSTIFICATION_CHARS],
    )


def fields_of(posted: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a form that hold something said beside the choice."""
    return {
        name: value
        for name, value in posted.items()
        if value and (name in {STRENGTH, JUSTIFICATION} or NAMED.fullmatch(name))
    }


def _number(value: str, known: range | list[int]) -> int:
    if value not in map(str, known):
        raise UnknownChoiceError
    return int(value)
