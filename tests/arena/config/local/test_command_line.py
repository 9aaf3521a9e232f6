"""What a person sees at the terminal when the arena cannot start, and that its services come and go cleanly."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

NOT_WRITABLE = (
    "Parallax cannot write to /dev/null/var (Not a directory): "
    "correct its permissions or set PARALLAX_VAR to another folder.\n"
)

pytestmark = pytest.mark.integration


@pytest.fixture
def launch(open_folder, repository):
    """Start the launcher over a var folder of its own, without the services of this test session."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    started = []

    def start(*arguments, **variables):
        process = subprocess.Popen(
            [sys.executable, "-m", "arena.config.local", *arguments],
            cwd=repository,
            env={**inherited, "PARALLAX_VAR": str(open_folder / "var"), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=30)


def read_until(process, pattern):
    """Return what the process printed up to a line that holds `pattern`."""
    lines = []
    stuck = threading.Timer(60, process.kill)
    stuck.start()
    for line in process.stdout:
        lines.append(line)
        if re.search(pattern, line):
            break
    stuck.cancel()
    return "".join(lines)


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "http"}, "PORT is 'http', but must be a number from 1 to 65535, as in `make run PORT=8080`.\n"),
        ({"PARALLAX_VAR": "/dev/null/var"}, NOT_WRITABLE),
    ],
)
def test_run_that_cannot_start_prints_one_sentence(launch, variables, sentence):
    process = launch("run", **variables)

    said, _ = process.communicate(timeout=30)

    assert (process.returncode, said) == (1, sentence)


def test_run_on_a_taken_port_prints_one_sentence(launch):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        process = launch("run", PORT=str(port))
        said, _ = process.communicate(timeout=30)

    assert process.returncode == 1
    assert said.startswith(f"Port {port} is taken by another program: ")
    assert said.count("\n") == 1


def test_services_come_with_addresses_and_go_without_a_trace(launch, open_folder):
    process = launch("services")
    said = read_until(process, "Ctrl-C")
    database, broker = re.findall(r"export \w+='?([^'\s]+)", said)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("parallax",)
    with redis.Redis.from_url(broker) as client:
        assert client.ping() is True

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)

    assert process.returncode == 0
    assert [found for found in psutil.process_iter(["cwd"]) if str(open_folder) in (found.info["cwd"] or "")] == []


def test_services_are_refused_while_others_run_over_the_same_folder(launch):
    first = launch("services")
    read_until(first, "Ctrl-C")

    second = launch("services")
    said, _ = second.communicate(timeout=30)

    assert second.returncode == 1
    assert f"(process {first.pid}): stop it" in said
    assert "Traceback" not in said


def test_with_gives_a_command_new_services_and_its_exit_status(launch):
    code = "import os, sys; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL']); sys.exit(3)"

    process = launch("with", sys.executable, "-c", code)
    said, _ = process.communicate(timeout=60)

    database, broker = said.splitlines()[-1].split()
    folder = Path(database.partition("?host=")[2]).parents[1]
    assert process.returncode == 3
    assert broker.startswith("redis://:")
    assert not folder.exists()
