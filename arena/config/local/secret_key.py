"""The signing key of a private arena: made once, readable by its owner only."""

import os
import secrets
from pathlib import Path


def ensure_secret_key(path: Path) -> str:
    """Return the key kept at `path`; make one when there is none.

    Two processes that start at once end with the same key: a finished file is linked into place, never overwritten.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
