"""The account that runs PostgreSQL when we are root, because PostgreSQL refuses to be."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = 0
CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A system account by its numbers."""

    uid: int
    gid: int

    def process_options(self) -> dict[str, Any]:  # Any: keyword arguments of subprocess, of several types
        """Return the arguments that make `subprocess` run a command as this account and in no other group."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def service_account(data: Path) -> Account | None:
    """Return the account that must run a server over `data`, or nothing when that is who we are.

    An existing folder decides for its owner, so that installing a system PostgreSQL later does not lock us out.
    """
    if os.geteuid() != ROOT:
        return None
    if data.exists() and (owner := data.stat()).st_uid != ROOT:
        return Account(owner.st_uid, owner.st_gid)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise LookupError("No account to run PostgreSQL: create a system user named postgres.")


def let_pass(path: Path) -> list[Path]:
    """Let other accounts walk through every folder above `path`, without letting them list it; return those changed.

    Needed as root only, for instance when the clone lies in root's closed home.
    """
    changed = []
    for folder in path.resolve().parents:
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            changed.append(folder)
    return changed


def let_read(tree: Path) -> None:
    """Let other accounts read `tree`, in case it was installed under a strict umask."""
    for path in (tree, *tree.rglob("*")):
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0)
        if mode & wanted != wanted:
            path.chmod(mode | wanted)
