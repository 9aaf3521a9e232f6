"""Keys of prompts to which nobody gave one."""

import hashlib


def key_of_text(text: str) -> str:
    """Return a key that the same text always gets, so that what comes twice is recognised."""
    return f"p-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
