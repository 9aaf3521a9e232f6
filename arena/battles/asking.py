"""What a page asks beside the choice, in the reader's language and filled in with what was said before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.core.cache import caches
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from arena.battles.models import Battle, Side, Vote
from arena.battles.vote_details import JUSTIFICATION, STRENGTH, attribute_field, fields_of, reason_field
from arena.studies.models import Attribute, AttributeRevision, Protocol, Reason, ReasonRevision
from arena.studies.selectors import asked_attributes, asked_reasons

# New words are asked this much later at most.
WORDS_SECONDS = 60
LEVELS = {
    Attribute.Scale.QUALITY: (_("very poorly"), _("poorly"), _("so-so"), _("well"), _("very well")),
    Attribute.Scale.AMOUNT: (_("very little"), _("little"), _("middling"), _("much"), _("very much")),
}


@dataclass(frozen=True, slots=True)
class AskedReason:
    name: str
    text: str
    is_good: bool
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class AskedAttribute:
    """`levels` are pairs of what is sent and what it means; `level` is the one that was chosen, if any."""

    name: str
    label: str
    statement: str
    levels: Sequence[tuple[str, str]]
    level: str


@dataclass(frozen=True, slots=True)
class AskedOfSide:
    side: str
    reasons: Sequence[AskedReason]
    attributes: Sequence[AskedAttribute]


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that stands beside the buttons of a vote; `is_open` when something was said already."""

    strengths: Sequence[tuple[str, str]]
    strength: str
    sides: Sequence[AskedOfSide]
    asks_justification: bool
    justification: str
    justification_chars: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What a protocol asks, in one language."""

    reasons: Sequence[tuple[int, str, bool]]
    attributes: Sequence[tuple[int, str, str, str]]


def asked_beside(battle: Battle, kept: Mapping[str, str]) -> Asked | None:
    """Return what is asked beside the choice of an open battle, filled in with `kept`; None when nothing is.

    No query for a protocol that asks for nothing in particular, and rarely one for others: each process keeps the words
    for a minute.
    """
    protocol = battle.protocol
    if battle.status != Battle.Status.OPEN or not protocol.asks_more:
        return None
    words = _words_of(protocol)
    sides = [_of_side(side, words, kept) for side in (Side.A, Side.B)] if words.reasons or words.attributes else []
    return Asked(
        strengths=[(str(value), str(label)) for value, label in Vote.Strength.choices]
        if protocol.asks_strength
        else [],
        strength=kept.get(STRENGTH, ""),
        sides=sides,
        asks_justification=protocol.asks_justification,
        justification=kept.get(JUSTIFICATION, ""),
        justification_chars=Vote.JUSTIFICATION_CHARS,
        is_open=bool(fields_of(kept)),
    )


def _of_side(side: str, words: Words, kept: Mapping[str, str]) -> AskedOfSide:
    return AskedOfSide(
        side=side,
        reasons=[
            AskedReason(name := reason_field(side, pk), text, is_good, is_ticked=name in kept)
            for pk, text, is_good in words.reasons
        ],
        attributes=[
            AskedAttribute(
                name := attribute_field(side, pk),
                label,
                statement,
                [(str(level), str(told)) for level, told in enumerate(LEVELS[Attribute.Scale(scale)])],
                kept.get(name, ""),
            )
            for pk, label, statement, scale in words.attributes
        ],
    )


def _words_of(protocol: Protocol) -> Words:
    language = get_language() or "en"
    key = f"asked:{protocol.pk}:{language}"
    return cast("Words", caches["process"].get_or_set(key, lambda: _read_words(protocol, language), WORDS_SECONDS))


def _read_words(protocol: Protocol, language: str) -> Words:
    return Words(
        reasons=[_reason(row, language) for row in asked_reasons(protocol.reasons)],
        attributes=[_attribute(row, language) for row in asked_attributes(protocol.attributes)],
    )


def _reason(row: ReasonRevision, language: str) -> tuple[int, str, bool]:
    return row.pk, row.words(language)["text"], row.reason.sign == Reason.Sign.GOOD


def _attribute(row: AttributeRevision, language: str) -> tuple[int, str, str, str]:
    words = row.words(language)
    return row.pk, words["label"], words["performance"], row.attribute.scale
