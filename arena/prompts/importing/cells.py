"""What a file of prompts may hold: its columns, and the values of one row before anybody judged them."""

from dataclasses import dataclass, field
from typing import Any

from arena.safety.normalise import normalise_text

COLUMNS = ("key", "text", "category", "language", "tags", "source", "licence", "author", "holdout")
# Other names under which the same things are found in files that exist.
OTHER_NAMES = {"prompt": "text", "lang": "language", "license": "licence", "id": "key"}
MOST_ROWS = 100_000


class UnreadableFileError(Exception):
    """The file as a whole cannot be read; the message says what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file. `line` is where it begins; `problem` says why it has no values."""

    line: int
    values: dict[str, Any] = field(default_factory=dict)  # Any: files hold whatever they hold
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RawFile:
    """All rows of a file, and the names of the columns that mean nothing here."""

    rows: list[RawRow]
    ignored: list[str]


def known_name(column: str) -> str:
    """Return what a column is called here: small letters, no blanks, one name for each thing."""
    name = normalise_text(column).lower()
    return OTHER_NAMES.get(name, name)
