"""How a question stands on a page, with what was said to it before."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arena.profiles.countries import country_names
from arena.profiles.models import Answer, Question
from arena.profiles.values import Said, chose, option_field

MIDDLE = 50


@dataclass(frozen=True, slots=True)
class AskedOption:
    """One of the options. `number` is where its slider stands; `is_left_out` says that its slider was not answered."""

    key: str
    text: str
    asks_text: bool
    is_chosen: bool
    number: int
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question in the reader's language."""

    key: str
    kind: str
    text: str
    why: str
    hint: str
    low: str
    high: str
    options: Sequence[AskedOption]
    countries: dict[str, str]
    country: str
    written: str


def options_order(question: Question, person: str) -> list[str]:
    """Return the keys of a question's options in the order in which a person sees them.

    The same person always sees the same order, so that nothing moves when a page is loaded again. What asks for a text
    stays last.
    """
    options = list(question.options.all())
    free = [option.key for option in options if not option.asks_text]
    if question.shuffled:
        random.Random(f"{person} {question.key}").shuffle(free)  # noqa: S311 - an order, no secret
    return [*free, *(option.key for option in options if option.asks_text)]


def asked_question(question: Question, *, said: Said | None, order: Sequence[str]) -> AskedQuestion:
    """Return a question as it is put, filled in with what was said before; no query for fetched questions."""
    texts = {option.key: option for option in question.options.all()}
    before = said or Said()
    options = [
        AskedOption(
            key=key,
            text=texts[key].text,
            asks_text=texts[key].asks_text,
            is_chosen=key in before.chosen,
            number=before.numbers.get(key, MIDDLE),
            is_left_out=said is not None and key not in before.numbers,
        )
        for key in order
    ]
    is_country = question.kind == Question.Kind.COUNTRY
    return AskedQuestion(
        key=question.key,
        kind=question.kind,
        text=question.text,
        why=question.why,
        hint=question.hint,
        low=question.low,
        high=question.high,
        options=options,
        countries=country_names() if is_country else {},
        country=before.chosen[0] if is_country and before.chosen else "",
        written=before.text,
    )


def said_before(question: Question, answer: Answer | None) -> Said | None:
    """Return what an answer said; None when there is none, or when the person preferred not to say."""
    if answer is None or answer.state != Answer.State.GIVEN:
        return None
    values = answer.said
    if question.kind == Question.Kind.COUNTRY:
        return Said(chosen=(values[question.key],))
    keys = [option.key for option in question.options.all()]
    fields = {key: option_field(question.key, key) for key in keys}
    if question.kind == Question.Kind.SLIDERS:
        numbers = {key: int(values[field]) for key, field in fields.items() if field in values}
        return Said(numbers=numbers, text=answer.text)
    return Said(chosen=[key for key in keys if chose(values, question.key, key)], text=answer.text)


def answer_in_words(question: Question, answer: Answer) -> str:
    """Return an answer as its giver reads it in the overview."""
    said = said_before(question, answer)
    if said is None:
        return _("Prefer not to say")
    if question.kind == Question.Kind.COUNTRY:
        return country_names().get(said.chosen[0], said.chosen[0])
    if question.kind == Question.Kind.SLIDERS:
        return _("%(number)d statements") % {"number": len(said.numbers)}
    chosen = [option.text for option in question.options.all() if option.key in said.chosen]
    return "; ".join([*chosen, said.text] if said.text else chosen)
