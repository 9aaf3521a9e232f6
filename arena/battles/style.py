"""How an answer is written, apart from what it says: counts that can be told at a glance."""

import re
from typing import NamedTuple

from arena.battles.style_words import FREQUENT, HEDGES, WARM

# Raised when a count means something else: older answers are then measured again.
STYLE_VERSION = 1
# Below this share of frequent English words an answer is in another language, or hardly in any.
ENGLISH_SHARE = 0.08

# A fence that nobody closes reaches to the end, as it does when the answer is shown.
FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[`~]* *$|\Z)", re.MULTILINE | re.DOTALL)
# Bounded, so that no line takes long however it was made.
INLINE_CODE = re.compile(r"`[^`\n]{1,300}`")
BOLD = re.compile(r"(\*\*|__)(?=\S)[^\n]{1,200}?(?<=\S)\1")
HEADING = re.compile(r"^ {0,3}#{1,6} +\S", re.MULTILINE)
LIST_ITEM = re.compile(r"^[ \t]{0,20}(?:[-*+]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE)
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
LOUD = re.compile(r"!+(?!=)|[\U0001F300-\U0001FAFF\u2600-\u27BF]")


class Style(NamedTuple):
    """The counts of one answer, in the order in which they are stored.

    Attributes
    ----------
    length : characters, all of them.
    words : runs of letters and digits outside code. Few or none where words are not set apart, as in Chinese.
    headings, lists : headings in Markdown, and items of lists.
    bold : stretches of bold text.
    code : pieces of code, fenced or within a line.
    tone : words of friendliness and praise, exclamation marks and pictures; None where the answer is not in English.
    hedging : words of doubt and reserve; None where the answer is not in English.
    """

    length: int
    words: int
    headings: int
    lists: int
    bold: int
    code: int
    tone: int | None
    hedging: int | None


def measure_style(text: str) -> Style:
    """Count how `text`, an answer in Markdown, is written. Pure, and linear in its length."""
    prose, fences = FENCED.subn("\n", text)
    plain, spans = INLINE_CODE.subn(" ", prose)
    written = WORD.findall(plain.replace("\u2019", "'"))
    words = [word.lower() for word in written]
    english = _is_english(words)
    return Style(
        length=len(text),
        words=len(words),
        headings=_matches(HEADING, prose),
        lists=_matches(LIST_ITEM, prose),
        bold=_matches(BOLD, plain),
        code=fences + spans,
        tone=_said(WARM, words) + _matches(LOUD, plain) if english else None,
        # "May" in small letters only: otherwise it is a month, or begins a question.
        hedging=_said(HEDGES, words) + written.count("may") if english else None,
    )


def _matches(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def _said(phrases: tuple[str, ...], words: list[str]) -> int:
    """Count the phrases among the words; searching a text for each is quicker than one pattern of all."""
    spaced = f" {'  '.join(words)} "
    return sum(spaced.count(phrase) for phrase in phrases)


def _is_english(words: list[str]) -> bool:
    frequent = sum(word in FREQUENT for word in words)
    return bool(words) and frequent >= ENGLISH_SHARE * len(words)
