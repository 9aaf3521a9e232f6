"""The signing key of a private arena: made once, readable by its owner only."""

import os
import secrets
import tempfile
from pathlib import Path


def ensure_secret_key(path: Path) -> str:
    """Return the key kept at `path`; make one when there is none.

    Two processes that start at once end with the same key: a finished file is linked into place, never overwritten.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own for each caller, readable by the owner only.
        descriptor, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_text(encoding="ascii").strip()
