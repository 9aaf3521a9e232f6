"""`python -m arena.config.local run` starts the whole arena; `services` only its PostgreSQL and Redis.

`with COMMAND ...` runs a command with new and empty services, which are gone afterwards.
"""

import argparse
import asyncio
import os
import shlex
import subprocess
import sys

from dotenv import load_dotenv

from arena.config.local import preflight
from arena.config.local.console import Console
from arena.config.local.folders import REPOSITORY, Folders
from arena.config.local.launcher import Address, Launcher
from arena.config.local.run_lock import run_lock
from arena.config.local.services import Services
from arena.config.local.throwaway import ThrowawayServices
from arena.config.local.until_signal import run_until_signal


def main() -> int:
    """Do what the command line asks and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m arena.config.local", description=__doc__)
    parser.add_argument("--verbose", action="store_true", help="show what every process prints")
    parser.add_argument("command", choices=["run", "services", "with"])
    parser.add_argument("words", nargs=argparse.REMAINDER, help="for `with`: the command to run")
    options = parser.parse_args()
    load_dotenv(REPOSITORY / ".env")
    console = Console(verbose=options.verbose)
    try:
        if options.command == "with":
            return _run_with_services(options.words)
        if options.command == "services":
            return asyncio.run(run_until_signal(_serve(Folders.from_environment(), console), console))
        launcher = Launcher(Folders.from_environment(), _address(), console)
        with launcher.claim():
            return asyncio.run(run_until_signal(launcher.run(), console))
    except preflight.PreflightError as error:
        print(error, file=sys.stderr)
        return 1


def _address() -> Address:
    return Address(os.environ.get("HOST") or "127.0.0.1", preflight.parse_port(os.environ.get("PORT") or "8000"))


def _run_with_services(command: list[str]) -> int:
    with ThrowawayServices() as services:
        environment = {**os.environ, **services.addresses}
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - the caller's own command


async def _serve(folders: Folders, console: Console) -> None:
    preflight.check_writable(folders.var)
    with run_lock(folders.run / "lock"):
        services = Services(folders)
        try:
            for name, url in (await services.start()).items():
                console.say(f"export {name}={shlex.quote(url)}")
            console.say("PostgreSQL and Redis run. Ctrl-C stops them.")
            await asyncio.Event().wait()
        finally:
            await services.stop()


if __name__ == "__main__":
    sys.exit(main())
