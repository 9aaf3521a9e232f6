"""The browser of the tests: Debian's Chromium, or the one that `PARALLAX_BROWSER` names.

Run as a script, as `make test` does, it brings Chromium where it may, and otherwise says in one line how to.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without a sandbox of its own, because containers forbid one; without anything that asks the network.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
HOW_TO = (
    "No Chromium found, so the browser tests are skipped: install it (Debian: apt-get install chromium) "
    "or set PARALLAX_BROWSER to its path."
)


def find_browser() -> str | None:
    """Return the path of a Chromium, or nothing."""
    named = os.environ.get("PARALLAX_BROWSER")
    return next(filter(None, map(shutil.which, (named,) if named else NAMES)), None)


def browser_required() -> bool:
    """Tell whether a missing browser is an error rather than a reason to skip."""
    return os.environ.get("PARALLAX_REQUIRE_BROWSER", "") not in {"", "0"}


def install_browser() -> None:
    """Install Debian's package, where there is apt and we are root."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print("Installing Chromium for the browser tests.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-qq", *arguments], env=environment, check=False, stdout=subprocess.DEVNULL)


def main() -> int:
    if find_browser() is None:
        install_browser()
    if find_browser() is None:
        print(HOW_TO, file=sys.stderr)
        return 1 if browser_required() else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
