"""Collect the static files, but only when one changed: naming and compressing all of them takes seconds."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = ".collected"


def collect_static() -> bool:
    """Collect, name by content and compress what the pages load, and return whether anything had changed."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    fingerprint = _fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == fingerprint:
        return False
    # Cleared, so that a file removed from the sources is not served from an earlier run.
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint, encoding="ascii")
    return True


def _fingerprint() -> str:
    """Return a digest of the storage, and of the names, sizes and times of all files that would be collected."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for path in _sources():
        facts = Path(path).stat()
        digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[str]:
    for finder in get_finders():
        yield from sorted(storage.path(name) for name, storage in finder.list(ignore_patterns=None))
