"""Read the survey that comes with the code."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

SURVEY = Path(__file__).parent / "survey" / "default_en.toml"


@dataclass(frozen=True, slots=True)
class FileQuestion:
    """A question as the file has it: options by key, and the options of other questions on which it depends."""

    key: str
    kind: str
    text: str
    why: str
    hint: str = ""
    low: str = ""
    high: str = ""
    shuffled: bool = False
    coding: str = ""
    options: dict[str, str] = field(default_factory=dict)
    asks_text: tuple[str, ...] = ()
    shown_if: dict[str, list[str]] = field(default_factory=dict)


def read_survey() -> list[FileQuestion]:
    """Return the questions of the file in their order."""
    content = tomllib.loads(SURVEY.read_text(encoding="utf-8"))
    return [FileQuestion(**row) for row in content["questions"]]
