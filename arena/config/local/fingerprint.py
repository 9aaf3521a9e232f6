"""Whether anything changed since the database and the static files were last prepared."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from arena.config.local.folders import REPOSITORY

SOURCES = ("arena", "ratings", "models_registry", "static", "requirements.lock", "requirements-models.txt")


def source_fingerprint(root: Path = REPOSITORY) -> str:
    """Return a digest of names, sizes and times of the files that preparing depends on; takes some milliseconds."""
    digest = hashlib.sha256(f"{root} {sys.version}".encode())
    for path in _files(root):
        facts = path.stat()
        digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        place = root / source
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)
