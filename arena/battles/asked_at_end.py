"""The questions about attributes that end a scored conversation, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from arena.battles.models import MIDDLE, AttributeRating
from arena.studies.models import Protocol
from arena.studies.selectors import asked_attributes


@dataclass(frozen=True, slots=True)
class AskedAttribute:
    """One slider: the name of its field, what it asks, and where it stands; it begins as not applying."""

    name: str
    text: str
    slider: int
    applies: bool


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    question: str
    attributes: tuple[AskedAttribute, ...]


def questions_at_end(protocol: Protocol, kept: Mapping[str, str]) -> tuple[AskedQuestion, ...]:
    """Return what a protocol asks at the end, with sliders where a refused form had them. One query where it asks."""
    revisions = asked_attributes(protocol.attributes) if protocol.attributes else []
    if not revisions:
        return ()
    language = get_language() or "en"
    words = {row.pk: row.words(language) for row in revisions}
    return tuple(
        AskedQuestion(question, tuple(_asked(f"{question}-{pk}", text[question], kept) for pk, text in words.items()))
        for question in AttributeRating.Question.values
    )


def _asked(name: str, text: str, kept: Mapping[str, str]) -> AskedAttribute:
    position = kept.get(f"rate-{name}", "")
    slider = int(position) if position.isdecimal() else MIDDLE
    return AskedAttribute(name, text, slider, applies=bool(position) and f"none-{name}" not in kept)
