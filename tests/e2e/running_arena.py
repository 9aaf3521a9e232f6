"""The whole arena as `make run` starts it, over the servers of the test session and a database of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg

REPOSITORY = Path(__file__).resolve().parents[2]
DATABASE = "e2e"
READY_SECONDS = 240.0
STOP_SECONDS = 40.0
# Who ended may still be listed until the system gets to it.
REAPED_SECONDS = 5.0
# A battle takes some seconds; what happens in the middle of an answer still has a middle.
ANSWER_TOKENS = 56


class RunningArena:
    """One run of the launcher, with everything that it starts.

    Parameters
    ----------
    folder
        Its var folder, new and empty.
    models
        Where converted weights are kept between test runs.
    database_url, redis_url
        The session's servers; the database is made in the first.
    """

    def __init__(self, folder: Path, *, models: Path, database_url: str, redis_url: str) -> None:
        self.folder = folder
        self.log = folder / "launcher.log"
        self._server_url = database_url
        self._models = models
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {
            **os.environ,
            "DATABASE_URL": urlsplit(database_url)._replace(path=f"/{DATABASE}").geturl(),
            "REDIS_URL": redis_url,
            "PARALLAX_VAR": str(folder),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "SCRIPTED_BACKEND": "0",
            # Every visitor has an allowance of their own, as people have; all come from one address.
            "RATE_LIMITS": "1",
            "RATE_NETWORK_FACTOR": "1000",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._kills = 0

    def start(self) -> None:
        """Return when the page is there and every model can answer."""
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        self._models.mkdir(parents=True, exist_ok=True)
        (self.folder / "models").symlink_to(self._models)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "arena.config.local", "run"],
                cwd=REPOSITORY,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.wait_until(lambda: "are ready." in self.said and "open this link" in self.said, READY_SECONDS)
        except BaseException:
            self._process.terminate()
            raise
        self.execute("UPDATE models_registry_contestant SET max_new_tokens = %s", ANSWER_TOKENS)

    def stop(self) -> None:
        """Stop it as Ctrl-C does, and see that nothing of it is left."""
        assert self._process is not None
        assert self._process.poll() is None, f"somebody else stopped the arena:\n{self.said}"
        ours = psutil.Process(self._process.pid).children(recursive=True)
        self._process.send_signal(signal.SIGINT)
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise
        assert status == 0, self.said
        _gone, left = psutil.wait_procs(ours, timeout=REAPED_SECONDS)
        assert left == []
        assert self.said.count("stopped by itself") == self._kills, self.said

    @property
    def said(self) -> str:
        """What the person at the terminal would have read so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def first_admin_path(self) -> str:
        """The one-time link that the launcher printed, as a path."""
        found = re.search(r"(/setup/\S+)", self.said)
        assert found is not None, self.said
        return found[1]

    def kill_web_server(self) -> None:
        """End the web server as the system would when memory runs out; the launcher starts it again."""
        [server] = [process for process in self._children() if "uvicorn" in process.cmdline()]
        server.kill()
        self._kills += 1

    def rows(self, query: str, *arguments: object) -> list[tuple[object, ...]]:
        """Return what a query of the arena's database finds."""
        with psycopg.connect(self._environment["DATABASE_URL"]) as connection:
            return connection.execute(query, arguments).fetchall()

    def execute(self, command: str, *arguments: object) -> None:
        """Change the arena's database."""
        with psycopg.connect(self._environment["DATABASE_URL"]) as connection:
            connection.execute(command, arguments)

    def stored_answers(self, battle_id: str) -> list[str]:
        """Return the texts of a battle of one turn and one attempt, side A first."""
        query = """SELECT c.text FROM battles_completion c JOIN battles_turn t ON t.id = c.turn_id
                   WHERE t.battle_id = %s ORDER BY c.side"""
        return [str(text) for (text,) in self.rows(query, battle_id)]

    def stored_votes(self, battle_id: str) -> list[str]:
        """Return the votes of a battle: one or none."""
        query = "SELECT winner FROM battles_vote WHERE battle_id = %s"
        return [str(winner) for (winner,) in self.rows(query, battle_id)]

    def contestants(self, battle_id: str) -> tuple[str, str]:
        """Return who answered, side A first."""
        query = """SELECT a.name, b.name FROM battles_battle battle
                   JOIN models_registry_contestantsnapshot sa ON sa.id = battle.snapshot_a_id
                   JOIN models_registry_contestant a ON a.id = sa.contestant_id
                   JOIN models_registry_contestantsnapshot sb ON sb.id = battle.snapshot_b_id
                   JOIN models_registry_contestant b ON b.id = sb.contestant_id WHERE battle.id = %s"""
        [(a, b)] = self.rows(query, battle_id)
        return str(a), str(b)

    def wait_until(self, condition: Callable[[], object], seconds: float) -> None:
        """Wait for something that the arena does, and say how its log ends when it does not."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert self._process is not None
            assert self._process.poll() is None, f"the arena ended:\n{self.said}"
            assert time.monotonic() < deadline, f"not within {seconds:g} s; the arena said:\n{self.said}"
            time.sleep(0.2)

    def _children(self) -> list[psutil.Process]:
        assert self._process is not None
        return psutil.Process(self._process.pid).children()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
