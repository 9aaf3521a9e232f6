"""Read the prompts and categories that come with the code, in the folder `library`."""

import json
from dataclasses import dataclass
from pathlib import Path

LIBRARY_DIR = Path(__file__).parent / "library"


@dataclass(frozen=True, slots=True)
class StarterCategory:
    """A kind of task, as written in `categories.json`."""

    slug: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class StarterPrompt:
    """A line of `starter.jsonl`; `category` is the slug of one and `language` a BCP 47 tag."""

    key: str
    category: str
    language: str
    text: str
    licence: str
    source: str
    author: str


def read_categories() -> tuple[StarterCategory, ...]:
    """Return the categories of the starter library, in the order of the file."""
    rows = json.loads((LIBRARY_DIR / "categories.json").read_text(encoding="utf-8"))
    return tuple(StarterCategory(**row) for row in rows)


def read_prompts() -> tuple[StarterPrompt, ...]:
    """Return the prompts of the starter library, in the order of the file."""
    lines = (LIBRARY_DIR / "starter.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(StarterPrompt(**json.loads(line)) for line in lines)
