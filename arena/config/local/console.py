"""What the person at the terminal reads: a few lines of the launcher's, everything else only when asked for."""

import sys
import time
from typing import TextIO

# A process that has something to tell the person who started the arena prints a line that begins so.
ANNOUNCEMENT = "parallax: "


class Console:
    """Lines for a newcomer, each with the seconds since the start."""

    def __init__(self, *, verbose: bool = False, stream: TextIO | None = None) -> None:
        self.verbose = verbose
        self._stream = stream or sys.stdout
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        """Show a line of the launcher's own; further lines of `text` are indented below it."""
        first, *others = text.splitlines()
        self._write(f"{self._clock()}  {first}")
        for line in others:
            self._write(f"{'':5}  {line}")

    def relay(self, source: str, line: str) -> None:
        """Show a process's line when it is an announcement, or, when verbose, in any case under the process's name."""
        if line.startswith(ANNOUNCEMENT):
            self.say(line.removeprefix(ANNOUNCEMENT))
        elif self.verbose:
            self._write(f"{source:>10} | {line}")

    def _clock(self) -> str:
        return f"{time.monotonic() - self._began:3.0f} s"

    def _write(self, line: str) -> None:
        try:
            print(line, file=self._stream, flush=True)
        except BrokenPipeError:
            # Nobody reads any more (`make run | head`); the arena goes on, and its logs are in files.
            self._stream = sys.stderr
