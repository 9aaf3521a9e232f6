"""Processes that a killed launcher left behind: remembered in a file, ended by the next start."""

import json
from collections.abc import Callable
from pathlib import Path

import psutil

PATIENCE = 5.0


class Roll:
    """The processes started by one run, as (number, time of creation), so that a reused number is never mistaken."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entries: list[tuple[int, float]] = []

    def add(self, pid: int) -> None:
        """Remember a process that was just started."""
        try:
            self._entries.append((pid, psutil.Process(pid).create_time()))
        except psutil.NoSuchProcess:
            return
        self.path.write_text(json.dumps(self._entries), encoding="ascii")

    def clear(self) -> None:
        """Forget all of them, after they were stopped in order."""
        self._entries = []
        self.path.unlink(missing_ok=True)

    def end_leftovers(self) -> int:
        """End what the last run remembered and did not stop, with all that it started; return how many there were."""
        leftovers = [process for parent in self._survivors() for process in (*parent.children(recursive=True), parent)]
        for process in leftovers:
            _quietly(process.terminate)
        for process in psutil.wait_procs(leftovers, timeout=PATIENCE)[1]:
            _quietly(process.kill)
        self.clear()
        return len(leftovers)

    def _survivors(self) -> list[psutil.Process]:
        try:
            remembered = json.loads(self.path.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return []
        return [process for pid, created in remembered if (process := _same_process(pid, created)) is not None]


def _same_process(pid: int, created: float) -> psutil.Process | None:
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created) < 1 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return None
    return process if same else None


def _quietly(action: Callable[[], None]) -> None:
    try:
        action()
    except psutil.Error:
        return
