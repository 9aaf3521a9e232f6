"""Names that stand for raters and battles in one export, and mean nothing outside of it."""

import hashlib
import hmac
import secrets
import uuid

KEY_BYTES = 32
# 96 bits: no two of a billion people share one.
DIGITS = 24


def new_key() -> bytes:
    """Return a random key. It is used for one export and never stored, so that nobody can trace a pseudonym back."""
    return secrets.token_bytes(KEY_BYTES)


def pseudonym(key: bytes, what: str, identifier: uuid.UUID) -> str:
    """Return HMAC-SHA-256 of `what` and `identifier` under `key`, cut to 24 hexadecimal digits."""
    return hmac.digest(key, what.encode() + identifier.bytes, hashlib.sha256).hex()[:DIGITS]
