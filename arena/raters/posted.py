"""What pages send back, which anybody can send differently."""

# Every number of so many digits fits into a key of the database.
MOST_DIGITS = 18


def posted_key(text: str | None) -> int:
    """Return the key that a page sends; 0, which finds nothing, where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0
