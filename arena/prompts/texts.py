"""Texts of prompts, as they are taken in. Pure."""

from arena.prompts.errors import UnusableTextError
from arena.safety.screen import screen_prompt


def screened_text(text: str) -> str:
    """Return the normalised text.

    Raises
    ------
    UnusableTextError
        When the screening refuses it.
    """
    screening = screen_prompt(text)
    if screening.reason is not None:
        raise UnusableTextError(str(screening.reason.label))
    return screening.text
