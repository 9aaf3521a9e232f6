"""Read what a form says to a question, and tell what is wrong with it."""

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arena.profiles.countries import country_names
from arena.profiles.models import Question
from arena.profiles.values import Said

LONGEST, LONGEST_SHORT = 3000, 200
HIGHEST = 100
TEXT, CHOICE, LEFT_OUT = "text", "choice", "left_out"


def read_said(question: Question, form: QueryDict) -> Said:
    """Return what a form says, without anything that the question does not offer; no query for fetched questions."""
    text = _text(question, form.get(TEXT, "").replace("\x00", ""))
    if question.kind == Question.Kind.COUNTRY:
        return Said(chosen=[code for code in form.getlist(CHOICE)[:1] if code in country_names()])
    options = {option.key: option.asks_text for option in question.options.all()}
    if question.kind == Question.Kind.SLIDERS:
        return Said(numbers=_numbers(options, form, text=text), text=text)
    chosen = [key for key in options if key in form.getlist(CHOICE)]
    wants_text = not options or any(options[key] for key in chosen)
    return Said(chosen=chosen, text=text if wants_text else "")


def _text(question: Question, written: str) -> str:
    return written.strip() if question.kind == Question.Kind.LONG else " ".join(written.split())


def _numbers(options: Mapping[str, bool], form: QueryDict, *, text: str) -> dict[str, int]:
    """Return where the sliders stand; that of an option which asks for a text counts only with a text."""
    said = {
        key: form.get(f"slider-{key}", "")
        for key, asks_text in options.items()
        if key not in form.getlist(LEFT_OUT) and (text or not asks_text)
    }
    return {key: int(value) for key, value in said.items() if _is_number(value)}


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= len(str(HIGHEST)) and int(value) <= HIGHEST


def longest_text(question: Question) -> int:
    """Return how many characters may be written to a question, beside an option too."""
    return LONGEST if question.kind == Question.Kind.LONG else LONGEST_SHORT


def problem_with(question: Question, said: Said) -> Promise | None:
    """Return why what was said is no answer to the question; None when it is one."""
    if question.kind in Question.TEXTS:
        if not said.text:
            return _("Please write something, or choose “Prefer not to say”.")
    elif not said.chosen and not said.numbers:
        return _("Please choose an answer, or “Prefer not to say”.")
    too_long = len(said.text) > longest_text(question)
    return _("That is longer than we can keep. Please shorten it.") if too_long else None
