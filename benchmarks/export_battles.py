"""How long an export takes, and how much memory: python benchmarks/export_battles.py [--battles 100000]

Battles of one or two turns are made by SQL in a database of its own, labelled as simulated; then
`manage.py export_battles` writes them in each format as one zip file. Seconds are those of the whole command; memory is
the peak of its process.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from filling import Filling, fill

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from arena.config.local.throwaway import ThrowawayServices  # noqa: E402  found only with the line above

FORMATS = ("parquet", "jsonl", "csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--battles", type=int, default=100_000)
    parser.add_argument("--raters", type=int, default=8_000)
    parser.add_argument("--chars", type=int, default=660, help="Characters of an answer.")
    options = parser.parse_args()
    with ThrowawayServices() as services, tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, **services.addresses, "SECRET_KEY": "b" * 50, "PARALLAX_VAR": folder}
        manage("migrate", "--verbosity", "0", environment=environment)
        fill(
            services.addresses["DATABASE_URL"],
            Filling(options.battles, options.raters, kind="simulated", seconds_apart=1, chars=options.chars),
        )
        for file_format in FORMATS:
            measure(file_format, Path(folder), environment)


def measure(file_format: str, folder: Path, environment: dict[str, str]) -> None:
    target = folder / f"{file_format}.zip"
    started = time.perf_counter()
    process = subprocess.Popen(
        [
            *(sys.executable, "manage.py", "export_battles", str(target)),
            *("--kind", "simulated", "--licence", "CC0-1.0", "--format", file_format),
        ],
        cwd=REPOSITORY,
        env=environment,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    assert status == 0, "The export failed."
    cpu = usage.ru_utime + usage.ru_stime
    print(
        f"{file_format:8} {seconds:6.1f} s ({cpu:.1f} s of processor)   peak {usage.ru_maxrss / 1024:.0f} MB   "
        f"file {target.stat().st_size / 1e6:.0f} MB"
    )


def manage(*arguments: str, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=REPOSITORY, env=environment, check=True)


if __name__ == "__main__":
    main()
