"""Start everything in the order that shows the page soonest, and stop it in the reverse."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from arena.config.local import preflight, programs
from arena.config.local.child import ProgramFailedError
from arena.config.local.console import Console
from arena.config.local.fingerprint import source_fingerprint
from arena.config.local.folders import Folders
from arena.config.local.leftovers import Roll
from arena.config.local.models_ready import tell_when_models_are_ready
from arena.config.local.programs import Program
from arena.config.local.run_lock import run_lock
from arena.config.local.secret_key import ensure_secret_key
from arena.config.local.services import Services, redis_url
from arena.config.local.supervisor import Supervisor
from arena.config.local.web_ready import answers

FIRST_START_BYTES = 2 * preflight.GIGABYTE
LATER_START_BYTES = preflight.GIGABYTE // 5
MODELS_PATIENCE = 20.0
CHILD_DEFAULTS = {
    "DJANGO_SETTINGS_MODULE": "arena.config.settings",
    "HF_HUB_OFFLINE": "1",
    # More threads make small models slower as soon as the machine does anything else.
    "OMP_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address to open in a browser on this machine."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared only
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    @property
    def is_private(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")


class Launcher:
    """One run of the arena.

    Parameters
    ----------
    folders, address
        Where it keeps its data and where it is served.
    console
        Where it tells what happens.
    """

    def __init__(self, folders: Folders, address: Address, console: Console) -> None:
        self.folders = folders
        self.address = address
        self.console = console
        self.services = Services(folders)
        self._roll = Roll(folders.run / "children.json")
        # Kept with the private data, so that deleting those also forgets that they were prepared.
        self._prepared = folders.postgres / "prepared"

    @contextmanager
    def claim(self) -> Iterator[None]:
        """Hold this var folder and find its port free, with everything that an earlier run left behind ended.

        Raises
        ------
        PreflightError
            When the arena cannot start.
        """
        preflight.check_platform()
        preflight.check_python()
        preflight.check_writable(self.folders.var)
        needed = LATER_START_BYTES if self._prepared.exists() else FIRST_START_BYTES
        preflight.check_disk(self.folders.var, needed=needed)
        with run_lock(self.folders.run / "lock"):
            if self._roll.end_leftovers():
                self.console.say("Ended processes that an earlier run had left behind.")
            # Only now, because one of them may have held it.
            preflight.check_port(self.address.host, self.address.port)
            ensure_secret_key(self.folders.secret_key)
            yield

    async def run(self) -> None:
        """Run until cancelled, or until something essential fails; everything is stopped on return.

        Call it while holding the claim.
        """
        try:
            await self._run_services()
        finally:
            await self.services.stop()
            self.console.say("Stopped. Your data is kept for the next start.")

    async def _run_services(self) -> None:
        self.console.say("Starting PostgreSQL and Redis.")
        environment = self._environment() | await self.services.start()
        supervisor = Supervisor(
            environment=environment, log_folder=self.folders.logs, console=self.console, roll=self._roll
        )
        try:
            await self._run_programs(supervisor, redis_url(environment))
        finally:
            self.console.say("Stopping…")
            await supervisor.stop()

    async def _run_programs(self, supervisor: Supervisor, broker: str) -> None:
        fingerprint = source_fingerprint()
        unchanged = self._recall() == fingerprint
        if not unchanged:
            self.console.say("Preparing the database, the pages and the demo models; the first time takes a minute.")
            await supervisor.run_to_end(programs.prepare())
            self._remember(fingerprint)
        supervisor.start(programs.web(self.address.host, self.address.port))
        supervisor.start(programs.generation())
        self.console.say("Starting the web server; warming up the models…")
        following = asyncio.create_task(self._follow(supervisor, broker, repair=unchanged))
        try:
            await supervisor.wait()
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def _follow(self, supervisor: Supervisor, broker: str, *, repair: bool) -> None:
        models = asyncio.create_task(tell_when_models_are_ready(broker, self.console.say))
        try:
            # Another process becomes ready, and it has no event that could be waited for.
            while not await answers(self.address.host, self.address.port, "/healthz"):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
            self.console.say(f"Open {self.address.url} in your browser. Ctrl-C stops the arena.")
            await self._attempt(supervisor, programs.first_admin_link(self.address.url))
            # The models come up much sooner while nothing else starts, and nobody can vote before they do.
            await asyncio.wait([models], timeout=MODELS_PATIENCE)
            for program in (programs.ratings(), programs.default(), programs.beat(), programs.slow_ratings()):
                supervisor.start(program)
            if repair:
                # Nothing changed, so nobody waited for it; it still restores what was deleted by hand.
                await self._attempt(supervisor, programs.prepare(silent=True))
            await models
        finally:
            models.cancel()

    async def _attempt(self, supervisor: Supervisor, program: Program) -> None:
        try:
            await supervisor.run_to_end(program)
        except ProgramFailedError as error:
            self.console.say(str(error))

    def _environment(self, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
        return {
            **CHILD_DEFAULTS,
            **({"STAFF_MFA": "postpone"} if self.address.is_private and not inherited.get("BEHIND_HTTPS") else {}),
            **inherited,
            "PARALLAX_VAR": str(self.folders.var),
            "PORT": str(self.address.port),
            "HOST": self.address.host,
            "PYTHONUNBUFFERED": "1",
        }

    def _recall(self) -> str:
        # Of a database elsewhere we cannot know what happened to it since.
        if self.services.postgres is None or not self._prepared.exists():
            return ""
        return self._prepared.read_text(encoding="ascii")

    def _remember(self, fingerprint: str) -> None:
        if self.services.postgres is not None:
            self._prepared.write_text(fingerprint, encoding="ascii")
