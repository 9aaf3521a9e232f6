"""One form for every text that is stored, so that equal texts compare and hash equal."""

import unicodedata

KEPT_CONTROLS = frozenset("\n\t")
# Left-to-right and right-to-left overrides can make a text read differently from what it says.
SPOOFING = frozenset("\u202d\u202e\ufeff")


def normalise_text(text: str) -> str:
    """Return `text` in NFC, with plain line ends and without control characters, stripped at both ends.

    Guaranteed to be storable in PostgreSQL and encodable as UTF-8: NUL and lone surrogates are gone. Applying it twice
    changes nothing. Joiners stay, because emoji and several scripts need them.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(character for character in lines if not is_removed(character))
    return unicodedata.normalize("NFC", kept).strip()


def is_removed(character: str) -> bool:
    """Tell whether `normalise_text` leaves this character out."""
    if character in KEPT_CONTROLS:
        return False
    return character in SPOOFING or unicodedata.category(character) in {"Cc", "Cs"}
