"""Private services and real processes for a benchmark: PostgreSQL, Redis, web server and workers of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.live_services import LiveServices

REPOSITORY = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0


@contextmanager
def running_services() -> Iterator[Path]:
    """Start PostgreSQL and Redis, name them in the environment, migrate, and set Django up. Yields the var folder."""
    services = LiveServices()
    services.start()
    try:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="arena.config.settings",
            SECRET_KEY="only-for-benchmarks-0123456789-abcdefghijklmnopqrstuvwxyz",  # noqa: S106 - opens nothing
            PARALLAX_VAR=str(services.folder),
            SCRIPTED_BACKEND="1",
            RATE_LIMITS="0",
            OMP_NUM_THREADS="1",
            HF_HUB_OFFLINE="1",
            LOG_LEVEL="WARNING",
        )
        import django  # noqa: PLC0415 - the settings read the environment
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        yield services.folder
    finally:
        services.stop()


@contextmanager
def running_process(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python module in the repository, and end it."""
    with running_command(sys.executable, "-m", *command) as process:
        yield process


@contextmanager
def running_command(*command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in the repository, and end it."""
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_web() -> Iterator[str]:
    """Run the web server and yield its address once it is ready."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ("--port", str(port), "--lifespan", "off", "--no-access-log", "--log-level", "warning")
    with running_process("uvicorn", "arena.config.asgi:application", *arguments):
        wait_until_ready(url)
        yield url


def wait_until_ready(url: str) -> None:
    """Wait until the web server says that it, its database and its Redis answer."""
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(url):
        assert time.monotonic() < deadline, "the web server did not start"
        time.sleep(0.2)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
