"""Decide what a row would do to the library, without touching it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.utils.translation import gettext as _

from arena.prompts.errors import UnusableTextError
from arena.prompts.importing.cells import RawRow
from arena.prompts.keys import key_of_text
from arena.prompts.models import Prompt
from arena.prompts.tags import check_language, clean_tags, split_tags
from arena.prompts.texts import screened_text
from arena.safety.normalise import normalise_text

LONGEST = {"key": 100, "language": 16, "source": 200, "licence": 100, "author": 200}
YES = {"true", "yes", "1", "y", "holdout"}
NO = {"false", "no", "0", "n", ""}


class Values(TypedDict):
    """What a row says about a prompt, ready to be stored. Empty strings are stored as such."""

    key: str
    text: str
    category: str
    language: str
    tags: list[str]
    source: str
    licence: str
    author: str
    holdout: bool


class UnusableRowError(Exception):
    """The row is rejected; the message says why."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for rows that say nothing themselves. `category` is a short name."""

    category: str = ""
    language: str = ""
    source: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A prompt of the library as it is now."""

    pk: int
    status: str
    values: Values


@dataclass(slots=True)
class Library:
    """The prompts that are there already, by key and by text, and the short names of the categories."""

    by_key: Mapping[str, Known]
    categories: frozenset[str]
    by_text: Mapping[str, Known] = field(init=False)

    def __post_init__(self) -> None:
        self.by_text = {known.values["text"]: known for known in self.by_key.values()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row would do: `outcome` is one of `ImportRow.Outcome`, `known` the prompt that it is about."""

    line: int
    outcome: str
    values: Values | None = None
    known: Known | None = None
    reason: str = ""


def judge_rows(rows: Iterable[RawRow], library: Library, defaults: Defaults) -> Iterator[Verdict]:
    """Yield what each row would do. Of rows that say the same twice, the first one counts."""
    seen_keys: dict[str, int] = {}
    seen_texts: dict[str, int] = {}
    for row in rows:
        try:
            verdict = _judge(row, library, defaults, seen_keys, seen_texts)
        except UnusableRowError as error:
            yield Verdict(row.line, "rejected", reason=str(error))
            continue
        if verdict.values is not None:
            seen_keys[verdict.values["key"]] = seen_texts[verdict.values["text"]] = row.line
        yield verdict


def _judge(
    row: RawRow, library: Library, defaults: Defaults, seen_keys: Mapping[str, int], seen_texts: Mapping[str, int]
) -> Verdict:
    if row.problem:
        raise UnusableRowError(row.problem)
    text = _text(row.values.get("text"))
    known = _known(row, text, library)
    values = _values(row.values, text, known, defaults)
    for seen, key in ((seen_keys, values["key"]), (seen_texts, text)):
        if key in seen:
            what = _("text") if seen is seen_texts else _("key")
            sentence = _("The same %(what)s is on line %(line)d.")
            raise UnusableRowError(sentence % {"what": what, "line": seen[key]})
    if values["category"] not in library.categories:
        raise UnusableRowError(_no_category(values["category"]))
    if known is None:
        return Verdict(row.line, "new", values)
    if known.values == values:
        return Verdict(row.line, "unchanged", values, known)
    if known.status == Prompt.Status.RETIRED:
        raise UnusableRowError(_("The library has this prompt, retired. Put it back into review before you change it."))
    return Verdict(row.line, "changed", values, known)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise UnusableRowError(
            _("There is no text.") if value is None else _("The text is no text, but a number or a list.")
        )
    try:
        return screened_text(value)
    except UnusableTextError as error:
        raise UnusableRowError(str(error)) from error


def _known(row: RawRow, text: str, library: Library) -> Known | None:
    """Return the prompt that the row is about: by its key where it has one, otherwise by its text."""
    key = _cell(row.values, "key")
    same_text = library.by_text.get(text)
    if not key:
        return same_text or library.by_key.get(key_of_text(text))
    if same_text is not None and same_text.values["key"] != key:
        raise UnusableRowError(
            _("The library has the same text already, as “%(key)s”.") % {"key": same_text.values["key"]}
        )
    return library.by_key.get(key)


def _values(cells: Mapping[str, Any], text: str, known: Known | None, defaults: Defaults) -> Values:  # Any: RawRow
    """Return what the row says; what it does not say stays as it is, or is the default for a new prompt."""
    old = known.values if known else None

    def said(name: str, default: str) -> str:
        return _cell(cells, name) or (str(old[name]) if old else default)  # type: ignore[literal-required]  # a column

    values = Values(
        key=said("key", key_of_text(text)),
        text=text,
        category=said("category", defaults.category),
        language=said("language", defaults.language),
        tags=_tags(cells["tags"]) if cells.get("tags") else (old["tags"] if old else []),
        source=said("source", defaults.source),
        licence=said("licence", defaults.licence),
        author=said("author", ""),
        holdout=_holdout(cells["holdout"]) if cells.get("holdout") not in {None, ""} else bool(old and old["holdout"]),
    )
    _check(values)
    return values


def _check(values: Values) -> None:
    for name, most in LONGEST.items():
        if len(values[name]) > most:  # type: ignore[literal-required]  # the names of LONGEST are columns
            sentence = _("“%(column)s” is longer than %(most)d characters.")
            raise UnusableRowError(sentence % {"column": name, "most": most})
    if not slug_re.match(values["key"]):
        sentence = _("The key “%(key)s” may have letters, digits, hyphens and underscores only.")
        raise UnusableRowError(sentence % {"key": values["key"]})
    if not values["language"]:
        raise UnusableRowError(_("There is no language, and no default was chosen."))
    try:
        check_language(values["language"])
    except ValidationError as error:
        raise UnusableRowError(" ".join(error.messages)) from error


def _no_category(slug: str) -> str:
    if not slug:
        return _("There is no category, and no default was chosen.")
    return _("There is no category “%(slug)s”. Add it first, or correct its short name.") % {"slug": slug}


def _cell(cells: Mapping[str, Any], name: str) -> str:  # Any: RawRow
    value = cells.get(name)
    if value is None:
        return ""
    if isinstance(value, bool | int) and name == "key":
        return str(value)
    if not isinstance(value, str):
        raise UnusableRowError(_("“%(column)s” is no text.") % {"column": name})
    return " ".join(normalise_text(value).split())


def _tags(value: object) -> list[str]:
    try:
        if isinstance(value, str):
            return split_tags(normalise_text(value))
        if isinstance(value, list) and all(isinstance(tag, str) for tag in value):
            return clean_tags(map(normalise_text, value))
    except ValidationError as error:
        raise UnusableRowError(" ".join(error.messages)) from error
    raise UnusableRowError(_("“tags” is neither a text with commas nor a list of texts."))


def _holdout(value: object) -> bool:
    word = str(value).strip().lower()
    if word not in YES | NO:
        raise UnusableRowError(_("“holdout” is yes or no, not “%(word)s”.") % {"word": word[:40]})
    return word in YES
