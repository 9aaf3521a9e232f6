"""What must be true before anything is installed or started. Standard library only.

Each check raises `PreflightError`, whose text is one sentence for the person at the terminal: what is wrong, and what
to do about it.
"""

import errno
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

OLDEST_PYTHON = (3, 11)
LARGEST_PORT = 65535
GIGABYTE = 1_000_000_000


class PreflightError(Exception):
    """The arena cannot be installed or started as things are; the text says what to do."""


def free_bytes(folder: Path) -> int:
    """Return how much can still be written to the disk that holds `folder`, which need not exist yet."""
    return shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.exists())).free


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> None:
    """Refuse an interpreter that is too old for the code."""
    if version[:2] < OLDEST_PYTHON:
        found = ".".join(map(str, version))
        raise PreflightError(
            f"Parallax needs Python 3.11 or newer, and this is {found}: install a newer one and name it, "
            "as in `make run PYTHON=python3.12`."
        )


def check_writable(folder: Path) -> None:
    """Refuse a folder in which no file can be created; make it when it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
    except OSError as error:
        raise PreflightError(why_not_writable(error, folder)) from error


def why_not_writable(error: OSError, folder: Path) -> str:
    """Return the sentence for an error that came from writing into `folder`."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk that holds {folder} is full: free some space, or set PARALLAX_VAR to a folder elsewhere."
    return (
        f"Parallax cannot write to {folder} ({error.strerror}): "
        "correct its permissions or set PARALLAX_VAR to another folder."
    )


def check_disk(folder: Path, *, needed: int, measure: Callable[[Path], int] = free_bytes) -> None:
    """Refuse to begin when fewer than `needed` bytes are free where `folder` is."""
    free = measure(folder)
    if free < needed:
        raise PreflightError(
            f"The disk that holds {folder} has {free / GIGABYTE:.1f} GB free and Parallax needs "
            f"{needed / GIGABYTE:.1f} GB: free some space and run the same command again."
        )


def parse_port(text: str) -> int:
    """Return the port that `PORT` names."""
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= LARGEST_PORT:
        raise PreflightError(f"PORT is {text!r}, but must be a number from 1 to 65535, as in `make run PORT=8080`.")
    return int(text)


def check_port(host: str, port: int) -> None:
    """Refuse an address that this machine does not have, or at which something already listens."""
    another = f"make run PORT={port + 1 if port < LARGEST_PORT else port - 1}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the web server does it: connections that are still closing must not look like a listener.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PreflightError(_why_not_bound(error, host, port, another)) from error


def _why_not_bound(error: OSError, host: str, port: int, another: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: stop that one, or choose another port with `{another}`."
    if error.errno == errno.EACCES:
        return f"Port {port} needs administrator rights: choose one above 1023, as in `make run PORT=8000`."
    return f"This machine cannot listen on {host} port {port} ({error.strerror}): set HOST to one of its own addresses."


def check_virtual_environments() -> None:
    """Refuse a Python without the modules that make a virtual environment, as some distributions ship it."""
    try:
        import ensurepip  # noqa: F401, PLC0415 - only whether it is there matters
        import venv  # noqa: F401, PLC0415
    except ImportError as error:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise PreflightError(
            f"This Python cannot make virtual environments: install the system package {package} (on Debian and "
            f"Ubuntu: apt-get install {package}) and run the same command again."
        ) from error


def check_platform(system: str = os.name) -> None:
    """Refuse systems without unix sockets and signals, which the private services need."""
    if system != "posix":
        raise PreflightError("Parallax runs on Linux and macOS: on Windows, use it inside WSL.")
