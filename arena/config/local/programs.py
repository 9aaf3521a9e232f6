"""The processes that make up an arena, as the commands that start them."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace

GENERATION_SLOTS = "16"
# Named as uvicorn names it. Python runs one thread of a process at a time; with two, pages do not wait for sockets.
WEB_CONCURRENCY = "2"


@dataclass(frozen=True, slots=True)
class Program:
    """A command that the supervisor keeps running.

    `essential` programs end the whole arena when they cannot be kept running; the arena goes on without others, and
    says so. `patience` is how many seconds it may take to finish its work when asked to stop. Where
    `speech` is given, standard output is also for the person at the terminal, each line after those words.
    """

    name: str
    title: str
    command: tuple[str, ...]
    essential: bool = False
    patience: float = 8.0
    speech: str | None = None


def web(host: str, port: int, environment: Mapping[str, str] = os.environ) -> Program:
    """Return the web server, which also holds the websockets: processes that share one port."""
    command = (
        sys.executable, "-m", "uvicorn", "arena.config.asgi:application",
        "--host", host, "--port", str(port), "--workers", environment.get("WEB_CONCURRENCY") or WEB_CONCURRENCY,
        # A machine may be too busy for a process to answer at once; that is no reason to end it.
        "--timeout-worker-healthcheck", "60",
        "--lifespan", "off", "--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "3",
        # Django itself decides whose word on addresses it takes: BEHIND_PROXY. Pages send a few bytes by websocket, and
        # get pieces of text that are too short to be worth compressing.
        "--no-proxy-headers", "--ws-max-size", "65536", "--ws-per-message-deflate", "false",
    )  # fmt: skip
    return Program("web", "The web server", command, essential=True)


def generation(environment: Mapping[str, str] = os.environ) -> Program:
    """Return the worker that holds the models: one process, a thread for each answer that it writes at once."""
    slots = environment.get("GENERATION_SLOTS") or GENERATION_SLOTS
    return _worker("generation", "The generation worker", "--pool", "threads", "--concurrency", slots)


def ratings() -> Program:
    """Return the worker that computes the leaderboards."""
    return _worker("ratings", "The ratings worker", "--pool", "prefork", "--concurrency", "1")


def slow_ratings() -> Program:
    """Return the worker for what stands beside the leaderboards and takes longer than they do."""
    worker = _worker("ratings-slow", "The worker for groups and variants", "--pool", "prefork", "--concurrency", "1")
    # On a machine of few processors nobody who reads or votes shall wait for it.
    return replace(worker, command=("nice", "-n", "10", *worker.command))


def default() -> Program:
    """Return the worker for everything that is neither writing answers nor computing leaderboards."""
    # Two at a time: an export may take minutes, and battles want looking after every few seconds.
    return _worker("default", "The default worker", "--pool", "prefork", "--concurrency", "2")


def beat() -> Program:
    """Return the clock that starts periodic tasks."""
    # No pid file: one that a power cut leaves behind would keep the next start from working.
    return Program("beat", "The scheduler", (*_celery("beat"), "--pidfile="))


def prepare(*, silent: bool = False) -> Program:
    """Return the command that brings database, static files and demo up to date, and ends."""
    return _manage("prepare", speech=None if silent else "")


def first_admin_link(url: str) -> Program:
    """Return the command that prints a one-time link while there is no administrator, and ends."""
    return _manage("first_admin_link", "--base-url", url, speech="")


def _manage(name: str, *arguments: str, speech: str | None) -> Program:
    return Program(name, f"`manage.py {name}`", (sys.executable, "manage.py", name, *arguments), speech=speech)


def _worker(queue: str, title: str, *options: str) -> Program:
    # One machine needs none of the talk between workers, and starting is a second faster without it.
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    command = (*_celery("worker"), "--queues", queue, "--hostname", f"{queue}@%h", *quiet, *options)
    return Program(queue, title, command)


def _celery(role: str) -> tuple[str, ...]:
    return sys.executable, "-m", "celery", "--app", "arena.config.celery", "--quiet", role
