"""One arena per var folder: a lock that the system takes away from a process that dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from arena.config.local.preflight import PreflightError


@contextmanager
def run_lock(path: Path) -> Iterator[None]:
    """Hold the lock at `path`.

    Raises
    ------
    PreflightError
        When another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise PreflightError(
                f"An arena already runs from {path.parents[1]} (process {holder}): "
                "stop it with Ctrl-C in its terminal, or set PARALLAX_VAR to another folder."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
