"""Pure screening of prompts and answers: no database, no clock, no network."""

import unicodedata
from dataclasses import dataclass

from arena.safety.loops import ends_in_loop
from arena.safety.normalise import normalise_text
from arena.safety.reasons import Reason

MAX_PROMPT_CHARS = 4_000
MAX_UNPRINTABLE_SHARE = 0.5
MAX_BROKEN_SHARE = 0.05
# A character that the length limit cut in two is no fault of the answer; it leaves as many marks as it had bytes.
MOST_CUT = 3
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Screening:
    """The normalised text, and the first reason against it, if there is one."""

    text: str
    reason: Reason | None = None

    @property
    def accepted(self) -> bool:
        """Whether nothing speaks against the text."""
        return self.reason is None


def screen_prompt(text: str, *, max_chars: int = MAX_PROMPT_CHARS) -> Screening:
    """Normalise a rater's text and say whether it may be sent to models.

    Lengths are those of the normalised text, so that a person is not refused for spaces they cannot see.
    """
    normalised = normalise_text(text)
    if _unprintable_share(text) > MAX_UNPRINTABLE_SHARE:
        return Screening(normalised, Reason.UNPRINTABLE)
    if not has_visible(normalised):
        return Screening(normalised, Reason.EMPTY)
    if len(normalised) > max_chars:
        return Screening(normalised, Reason.TOO_LONG)
    return Screening(normalised)


def screen_answer(text: str) -> Screening:
    """Normalise a model's text and say what is wrong with it.

    `EMPTY` and `BROKEN` are failures of the model or its server: no vote may rest on them. `LOOP` is an answer, if a
    poor one, which raters should see and judge; it is a finding for curators only.
    """
    normalised = normalise_text(text)
    whole = normalised.rstrip(REPLACEMENT)
    if len(normalised) - len(whole) > MOST_CUT:
        whole = normalised
    if normalised and not whole:
        return Screening(normalised, Reason.BROKEN)
    if not has_visible(whole):
        return Screening(normalised, Reason.EMPTY)
    if _unprintable_share(whole) > MAX_BROKEN_SHARE:
        return Screening(normalised, Reason.BROKEN)
    if ends_in_loop(whole):
        return Screening(normalised, Reason.LOOP)
    return Screening(normalised)


def has_visible(text: str) -> bool:
    """Tell whether any character leaves a mark; unassigned ones count, for they may be newer than our tables."""
    return any(unicodedata.category(character) not in {"Zs", "Zl", "Zp", "Cc", "Cf"} for character in text)


def _unprintable_share(text: str) -> float:
    marks = [character for character in text if not character.isspace()]
    return sum(map(is_unprintable, marks)) / len(marks) if marks else 0.0


def is_unprintable(character: str) -> bool:
    return character == REPLACEMENT or unicodedata.category(character) in {"Cc", "Cs", "Co"}
