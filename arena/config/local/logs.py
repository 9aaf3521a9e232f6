"""One log file for each process, begun anew with each start; the last few are kept."""

from pathlib import Path
from typing import BinaryIO

KEPT = 5


def open_log(path: Path) -> BinaryIO:
    """Move `web.log` to `web.1.log`, that one to `web.2.log` and so on, and return a new `web.log`, unbuffered."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for number in range(KEPT - 1, 0, -1):
        older = _numbered(path, number - 1)
        if older.exists():
            older.replace(_numbered(path, number))
    return path.open("wb", buffering=0)


def last_lines(path: Path, count: int = 10) -> str:
    """Return the end of a log, for a message about what went wrong."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


def _numbered(path: Path, number: int) -> Path:
    return path if number == 0 else path.with_name(f"{path.stem}.{number}{path.suffix}")
