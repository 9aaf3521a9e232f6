"""Read the consent texts that come with the code, in the folder `texts`."""

from dataclasses import dataclass
from pathlib import Path

TEXTS_DIR = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A full text in Markdown with the one sentence that stands beside the text box."""

    language: str
    summary: str
    text: str


def read_consent_text(language: str = "en") -> ConsentText:
    """Return the text for new installations in `language`."""
    return ConsentText(
        language=language,
        summary=(TEXTS_DIR / f"summary_{language}.txt").read_text(encoding="utf-8").strip(),
        text=(TEXTS_DIR / f"consent_{language}.md").read_text(encoding="utf-8").strip() + "\n",
    )
