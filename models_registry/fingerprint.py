"""The hash that names a contestant exactly (Law 4): model revision, system prompt, sampling parameters."""

import hashlib
import json
from collections.abc import Mapping


def contestant_payload(
    *, language_model: str, revision: str, system_prompt: str, sampling: Mapping[str, float]
) -> dict[str, object]:
    """Return the facts that decide what a contestant answers, in a form that can be stored and hashed."""
    return {
        "language_model": language_model,
        "revision": revision,
        "system_prompt": system_prompt,
        "sampling": dict(sampling),
    }


def payload_sha256(payload: Mapping[str, object]) -> str:
    """Return the SHA-256, in hexadecimal, of the canonical JSON of `payload` (sorted keys, no spaces, UTF-8)."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
