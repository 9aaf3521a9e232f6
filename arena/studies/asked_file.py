"""Read the attributes and reasons that come with the code."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ASKED = Path(__file__).parent / "asked" / "default_en.toml"


@dataclass(frozen=True, slots=True)
class FileAttribute:
    key: str
    label: str
    performance: str
    choice: str
    scale: str = "quality"


@dataclass(frozen=True, slots=True)
class FileReason:
    key: str
    sign: str
    text: str


def read_attributes() -> list[FileAttribute]:
    """Return the attributes of the file in their order."""
    return [FileAttribute(**row) for row in _content()["attributes"]]


def read_reasons() -> list[FileReason]:
    """Return the reasons of the file in their order."""
    return [FileReason(**row) for row in _content()["reasons"]]


def _content() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads(ASKED.read_text(encoding="utf-8"))
