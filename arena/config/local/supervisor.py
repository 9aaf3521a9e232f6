"""Keep several programs running, and stop all of them together."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from arena.config.local.child import Child, Persistence, ProgramFailedError
from arena.config.local.console import Console
from arena.config.local.leftovers import Roll
from arena.config.local.programs import Program


class Supervisor:
    """The programs of one run; use it inside one event loop.

    Parameters
    ----------
    environment
        Given to every program.
    log_folder, console, roll
        Where their output goes, and where their process numbers are remembered.
    """

    def __init__(
        self,
        *,
        environment: Mapping[str, str],
        log_folder: Path,
        console: Console,
        roll: Roll,
        persistence: Persistence | None = None,
    ) -> None:
        self._environment = environment
        self._log_folder = log_folder
        self._console = console
        self._roll = roll
        self._persistence = persistence
        self._children: dict[str, Child] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def start(self, program: Program) -> None:
        """Start a program and keep it running; return at once."""
        child = self._children[program.name] = self._child(program)
        self._tasks.append(asyncio.create_task(self._keep(child), name=program.name))

    async def run_to_end(self, program: Program) -> None:
        """Run a program that ends by itself.

        Raises
        ------
        ProgramFailedError
            When it ends with an error.
        """
        child = self._child(program)
        if await child.run_once() != 0:
            raise ProgramFailedError(f"{program.title} failed. {child.explain()}")

    async def wait(self) -> None:
        """Wait for ever, or until an essential program is given up.

        Raises
        ------
        ProgramFailedError
            Then.
        """
        await asyncio.shield(self._failure)

    async def stop(self) -> None:
        """Stop all programs at once and return when none runs; it takes no longer than the most patient of them."""
        await asyncio.gather(*(child.stop() for child in self._children.values()))
        await asyncio.gather(*self._tasks)
        if not self._failure.done():
            self._failure.cancel()
        self._roll.clear()

    async def _keep(self, child: Child) -> None:
        try:
            await child.keep_running()
        except ProgramFailedError as error:
            if child.program.essential and not self._failure.done():
                self._failure.set_exception(error)
            else:
                self._console.say(f"{error}\nThe rest of the arena goes on without it; Ctrl-C stops everything.")

    def _child(self, program: Program) -> Child:
        return Child(
            program,
            environment=self._environment,
            log_folder=self._log_folder,
            console=self._console,
            on_start=self._roll.add,
            persistence=self._persistence,
        )
