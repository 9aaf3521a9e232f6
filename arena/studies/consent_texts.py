"""Read the texts that come with the code, in the folder `texts`: one file for each purpose and language."""

from dataclasses import dataclass
from pathlib import Path

from arena.studies.models import Purpose

TEXTS_DIR = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A full text in Markdown with the one sentence that stands beside the choice."""

    purpose: Purpose
    language: str
    summary: str
    text: str


def read_consent_text(purpose: Purpose, language: str = "en") -> ConsentText:
    """Return the text for new installations: the first paragraph of its file is the sentence, the rest the text."""
    content = (TEXTS_DIR / f"{purpose}_{language}.md").read_text(encoding="utf-8")
    summary, _, text = content.partition("\n\n")
    return ConsentText(purpose, language, " ".join(summary.split()), text.strip() + "\n")
