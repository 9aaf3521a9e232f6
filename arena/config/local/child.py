"""One process of the arena: started, listened to, restarted when it dies, and stopped for certain."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from arena.config.local.console import Console
from arena.config.local.folders import REPOSITORY
from arena.config.local.logs import last_lines, open_log
from arena.config.local.programs import Program

CHUNK = 65536
LAST_WORDS_SECONDS = 2.0


class ProgramFailedError(RuntimeError):
    """A program cannot be kept running; the text names its log and ends with its last lines."""


@dataclass(frozen=True, slots=True)
class Persistence:
    """How stubbornly a program is started again.

    `delays` are the seconds before each new start; when they are used up, the program is given up. One that ran for
    `steady` seconds has earned all of them again.
    """

    delays: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0)
    steady: float = 60.0


class Child:
    """A program and the process that runs it at the moment.

    Parameters
    ----------
    program, environment
        What to start.
    log_folder
        Gets `<name>.log`.
    console
        Is handed each line that the process prints.
    on_start
        Is called with the number of each process started, so that a later run can end what a killed one left.
    """

    def __init__(  # noqa: PLR0913 - six plain things, all needed, all named
        self,
        program: Program,
        *,
        environment: Mapping[str, str],
        log_folder: Path,
        console: Console,
        on_start: Callable[[int], None],
        persistence: Persistence | None = None,
    ) -> None:
        self.program = program
        self.log = log_folder / f"{program.name}.log"
        self._environment = environment
        self._console = console
        self._on_start = on_start
        self._persistence = persistence or Persistence()
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    async def keep_running(self) -> None:
        """Run the program, again and again when it ends, until `stop` is called.

        Raises
        ------
        ProgramFailedError
            When it ended too often.
        """
        delays = list(self._persistence.delays)
        while not self._stopping.is_set():
            began = time.monotonic()
            code = await self.run_once()
            if self._stopping.is_set():
                return
            if time.monotonic() - began >= self._persistence.steady:
                delays = list(self._persistence.delays)
            if not delays:
                raise ProgramFailedError(f"{self.program.title} keeps stopping. {self.explain()}")
            delay = delays.pop(0)
            self._console.say(
                f"{self.program.title} stopped by itself ({describe_exit(code)}); "
                f"starting it again in {delay:g} s. Its log: {self.log}"
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)

    async def run_once(self) -> int:
        """Run the program to its end and return its exit status; on cancellation, stop it first."""
        with open_log(self.log) as log:
            # Not a pipe of asyncio's: its wait() would last until everything that inherited the pipe has ended too.
            ours, theirs = os.pipe()
            try:
                process = await asyncio.create_subprocess_exec(
                    *self.program.command,
                    cwd=REPOSITORY,
                    env=self._environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=theirs,
                    stderr=asyncio.subprocess.STDOUT if self.program.speech is None else log,
                    start_new_session=True,  # Ctrl-C goes to the launcher alone, which stops things in order
                )
            finally:
                os.close(theirs)
            self._process = process
            self._on_start(process.pid)
            listening = asyncio.create_task(self._listen(ours, log.write))
            try:
                return await process.wait()
            finally:
                # Cancelled while it runs, or ended and perhaps survived by processes of its own.
                await asyncio.shield(self._end(process))
                await asyncio.wait([listening], timeout=LAST_WORDS_SECONDS)
                listening.cancel()
                self._process = None

    async def stop(self) -> None:
        """Ask the process to finish, then insist, then kill it and whatever it started."""
        self._stopping.set()
        if self._process is not None:
            await self._end(self._process)

    def explain(self) -> str:
        """Return where the log is and how it ends."""
        return f"Its log {self.log} ends:\n{last_lines(self.log)}"

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        # Celery finishes running tasks on TERM, and hands them back to the queue on QUIT; killed, it would do neither.
        # TERM goes to the main process only: Celery's pool processes would drop their task if they got it too.
        for number, patience in ((signal.SIGTERM, self.program.patience), (signal.SIGQUIT, 3.0)):
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(number)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), patience)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def _listen(self, pipe: int, write: Callable[[bytes], object]) -> None:
        output = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(output)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(pipe, "rb"))
        try:
            await self._relay(output, write)
        finally:
            transport.close()

    async def _relay(self, output: asyncio.StreamReader, write: Callable[[bytes], object]) -> None:
        rest = b""
        while chunk := await output.read(CHUNK):
            write(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._show(line)
            rest = rest[-CHUNK:]
        if rest:
            self._show(rest)

    def _show(self, line: bytes) -> None:
        text = line.decode(errors="replace")
        if self.program.speech is None:
            self._console.relay(self.program.name, text)
        else:
            self._console.say(self.program.speech + text)


def describe_exit(code: int) -> str:
    """Return what an exit status means, in words where it was a signal."""
    if code >= 0:
        return f"exit status {code}"
    meaning = signal.strsignal(-code) or f"signal {-code}"
    return "killed, perhaps because memory ran out" if -code == signal.SIGKILL else meaning.lower()
