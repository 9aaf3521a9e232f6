"""A whole arena of real processes that can be broken: each can be killed, stopped and started again by itself."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import redis

from arena.config.local.redis import _program
from arena.config.local.throwaway import ThrowawayServices

REPOSITORY = Path(__file__).resolve().parents[2]
DISK_MEGABYTES = 400
WORKER = ("celery", "-A", "arena.config.celery", "--quiet", "worker", "-P", "threads")
PROGRAMS = {
    "generation": (*WORKER, "-c", "8", "-Q", "generation", "-n", "generation@%h"),
    "second-generation": (*WORKER, "-c", "8", "-Q", "generation", "-n", "second@%h"),
    "default": (*WORKER, "-c", "2", "-Q", "default,ratings", "-n", "default@%h"),
    "beat": ("celery", "-A", "arena.config.celery", "--quiet", "beat"),
}
RUNNING = ("web", "generation", "default", "beat")
PATIENCE = 60.0


class FaultyArena:
    """PostgreSQL, Redis, web server, workers and beat, on one small disk of their own where that can be had."""

    def __init__(self) -> None:
        self.services = ThrowawayServices()
        # As where votes count: what was committed survives an end without a goodbye.
        self.services.postgres.durable = self.services.redis.durable = True
        self.folder = self.services.folder
        self.has_own_disk = _mount(self.folder)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.acknowledged: dict[str, str] = {}

    def start(self) -> None:
        self.services.start()
        self.environment = {
            **os.environ,
            **self.services.addresses,
            "PARALLAX_VAR": str(self.folder),
            "ALLOWED_HOSTS": "127.0.0.1",
            "LOG_LEVEL": "INFO",
            "RATE_LIMITS": "0",
            "FIRST_TEXT_DEADLINE": "4",
            "TURN_DEADLINE": "70",
        }
        self.run("manage", "migrate", "--verbosity", "0")
        self.run("manage", "collectstatic", "--no-input", "--verbosity", "0")
        self.run("tests.faults.seed")
        for name in RUNNING:
            self.begin(name)
        self.wait_for_web()
        self.wait_until(lambda: self.redis_keys("gen:worker:*"))

    def stop(self) -> None:
        for name in list(self._processes):
            self.end(name, signal.SIGTERM)
        self.services.postgres.stop()
        self.services.redis.stop()
        if self.has_own_disk:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
        shutil.rmtree(self.folder)

    def run(self, module: str, *arguments: str) -> None:
        """Run a Python module of the repository to its end."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def begin(self, name: str, **environment: str) -> None:
        """Start one of the programs."""
        serve = ("uvicorn", "arena.config.asgi:application", "--port", str(self._port), "--lifespan", "off")
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *(serve if name == "web" else PROGRAMS[name])],
                cwd=REPOSITORY,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def end(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End one of the programs: by default as the system would when memory runs out."""
        process = self._processes.pop(name)
        process.send_signal(how)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def revive(self) -> None:
        """Start again what ended by itself, as the supervisor of a real arena does."""
        for name, process in list(self._processes.items()):
            if process.poll() is not None:
                self.begin(name)

    def kill_redis(self, *, forget: bool) -> None:
        """End Redis; with `forget` its memory is lost too."""
        server = self.services.redis._server
        assert server is not None
        server.kill()
        server.wait(10)
        if forget:
            (self.services.redis.folder / "appendonly.aof").unlink()

    def start_redis(self) -> None:
        """Start Redis again under its old address."""
        old = self.services.redis
        with old.log.open("ab") as log:
            server = subprocess.Popen(
                [_program(), str(old.configuration)], cwd=old.folder, stdout=log, stderr=log, start_new_session=True
            )
        old.pid_file.write_text(str(server.pid), encoding="ascii")
        old._server = server
        self.wait_until(self.redis_answers)

    def stop_postgres(self) -> None:
        """End PostgreSQL without a goodbye."""
        postgres = self.services.postgres
        postgres._run("pg_ctl", "stop", "-w", "-m", "immediate", *postgres._where())

    def start_postgres(self) -> None:
        self.services.postgres.start()

    @contextmanager
    def locked(self, table: str) -> Iterator[None]:
        """Let everybody wait who wants to read or write a table, until the block ends or the server does."""
        connection = psycopg.connect(self.services.postgres.url)
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        try:
            yield
        finally:
            connection.close()

    def somebody_waits(self) -> bool:
        """Tell whether a statement waits for a lock."""
        return bool(self.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))

    def draw_only(self, *slugs: str) -> None:
        """Let only these contestants be drawn, all of them healthy."""
        self.execute("UPDATE models_registry_contestant SET status = 'retired'")
        self.execute("UPDATE models_registry_contestant SET status = 'active' WHERE slug = ANY(%s)", list(slugs))
        self.execute(
            """UPDATE battles_endpointhealth SET state = 'healthy', reason = '', probe_at = NULL, since = now(),
               missing_since = NULL"""
        )

    def rows(self, query: str, *arguments: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.services.postgres.url) as connection:
            return connection.execute(query, arguments).fetchall()

    def execute(self, command: str, *arguments: object) -> None:
        with psycopg.connect(self.services.postgres.url) as connection:
            connection.execute(command, arguments)

    def votes(self, battle: str) -> list[str]:
        return [str(winner) for (winner,) in self.rows("SELECT winner FROM battles_vote WHERE battle_id = %s", battle)]

    def redis_keys(self, pattern: str) -> list[bytes]:
        with redis.Redis.from_url(self.services.redis.url) as client:
            return client.keys(pattern)

    def redis_answers(self) -> bool:
        with redis.Redis.from_url(self.services.redis.url) as client:
            return client.ping()

    def wait_for_web(self) -> None:
        self.wait_until(lambda: httpx.get(f"{self.url}/readyz").status_code == 200)

    def wait_until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait for something; an answer that cannot be had counts as no."""
        deadline = time.monotonic() + seconds
        while True:
            self.revive()
            try:
                if condition():
                    return
            except (httpx.TransportError, redis.RedisError, psycopg.OperationalError):
                pass
            assert time.monotonic() < deadline, f"not within {seconds:g} s\n{self._last_lines()}"
            time.sleep(0.2)

    def _last_lines(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join("\n".join([log.name, *log.read_text(errors="replace").splitlines()[-12:]]) for log in logs)

    def check_laws(self) -> None:
        """Every acknowledged vote is there once; every vote belongs to two complete answers; nobody waits for ever."""
        assert {battle: self.votes(battle) for battle in self.acknowledged} == {
            battle: [winner] for battle, winner in self.acknowledged.items()
        }
        assert not self.rows(
            """SELECT v.id FROM battles_vote v JOIN battles_turn t ON t.battle_id = v.battle_id
               WHERE t.status <> 'complete'"""
        )
        self.wait_until(lambda: not self.rows("SELECT 1 FROM battles_turn WHERE status = 'running'"))


def _mount(folder: Path) -> bool:
    """Put a small disk of its own under a folder; only root may."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    options = f"size={DISK_MEGABYTES}m,mode=711"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    return done.returncode == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
