"""Many raters on the whole arena: errors, lost or doubled votes, how long a vote takes, our share of the first token.

    python benchmarks/load/run.py --raters 300 --minutes 10

PostgreSQL, Redis, the web server, and the workers for generation and ratings are real processes with the commands of
`make run`. Two remote models are served by a process of their own, at a set pace (`paced_server.py`). locust drives
the raters, who read, watch the stream, vote and look at boards. Rate limits are off, because all raters come from one
address.

A run fails when a request fails, when posted and stored votes differ, when a vote takes too long at the 99th
percentile, or when the first text does. Memory is for the reader to judge.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1])]

from stack import free_port, running_command, running_process, running_services, wait_until_ready  # noqa: E402 - found by the line above

WARM_SECONDS = 15
# How long it takes until all raters are there: three times as long as a comparison takes each of them, or those who
# come and those who begin their next would ask at the same time. The minutes are counted from then on.
ARRIVAL_SECONDS = 150
MEGABYTE = 1_000_000
# The targets.
VOTE_P99_MS = 150.0
FIRST_TEXT_MS = 50.0
MODELS = ("quick", "calm")


def make_models(server: str, places: int) -> None:
    """Store the default study and the contestants, served at the address `server` with `places` at once."""
    from models_registry.models import Contestant, Endpoint  # noqa: PLC0415 - models need the settings
    from ratings.models import Leaderboard  # noqa: PLC0415 - as above
    from tests.factories import make_arena, make_contestant  # noqa: PLC0415 - as above

    make_arena()
    Contestant.objects.update(status=Contestant.Status.RETIRED)
    for model in MODELS:
        options = {"base_url": server, "model": model, "allow_private": True, "concurrency": places}
        endpoint = Endpoint.objects.create(slug=model, backend="openai", options=options)
        make_contestant(name=model, endpoint=endpoint, top_k=0)
    Leaderboard.objects.get_or_create(slug="all", defaults={"title": "All votes", "kind": "human"})


@contextmanager
def running_arena(slots: int) -> Iterator[tuple[str, dict[str, psutil.Process]]]:
    """Run the arena's processes. Yields the address of the site, and the processes by name."""
    from arena.config.local import programs  # noqa: PLC0415 - as above

    os.environ.update(RATE_LIMITS="0", GENERATION_SLOTS=str(slots))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    workers = (programs.generation(), programs.ratings(), programs.slow_ratings(), programs.default())
    started = (programs.web("127.0.0.1", port), *workers)
    with ExitStack() as stack:
        processes = {
            program.name: psutil.Process(stack.enter_context(running_command(*program.command)).pid)
            for program in started
        }
        wait_until_ready(url)
        yield url, processes


@dataclass(frozen=True)
class Usage:
    """What a process and its children hold and have used."""

    megabytes: float
    cpu_seconds: float


def usage(processes: dict[str, psutil.Process]) -> dict[str, Usage]:
    """Return what each process uses now."""
    found = {}
    for name, process in processes.items():
        family = (process, *process.children(recursive=True))
        times = [one.cpu_times() for one in family]
        found[name] = Usage(
            megabytes=sum(one.memory_info().rss for one in family) / MEGABYTE,
            cpu_seconds=sum(time.user + time.system for time in times),
        )
    return found


def drive(url: str, options: argparse.Namespace, report: Path, *, arrival: int) -> None:
    """Let locust run for the time asked for once all are there; its own exit status says less than its report."""
    seconds = arrival + round(60 * options.minutes)
    command = (
        sys.executable, "-m", "locust", "--locustfile", str(HERE / "raters.py"), "--headless", "--host", url,
        "--users", str(options.raters), "--spawn-rate", str(options.raters / arrival),
        "--run-time", f"{seconds}s", "--reset-stats", "--stop-timeout", "120", "--loglevel", "WARNING",
    )  # fmt: skip
    environment = {**os.environ, "LOAD_REPORT": str(report)}
    subprocess.run(command, env=environment, check=False, timeout=seconds + 600, stdout=subprocess.DEVNULL)


@dataclass(frozen=True)
class Outcome:
    """What a run showed."""

    failed: list[str]
    vote_p99: float
    first_text: float
    lost: int
    doubled: int
    unasked: int

    def misses(self) -> list[str]:
        """Return the targets that were missed."""
        facts = (
            (bool(self.failed), f"{len(self.failed)} kinds of errors"),
            (bool(self.lost), f"{self.lost} votes lost"),
            (bool(self.doubled), f"{self.doubled} votes twice"),
            (bool(self.unasked), f"{self.unasked} votes stored that nobody was told of"),
            (self.vote_p99 > VOTE_P99_MS, f"99 % of votes took up to {self.vote_p99:.0f} ms"),
            (self.first_text > FIRST_TEXT_MS, f"our share of the first text is {self.first_text:.0f} ms"),
        )
        return [text for missed, text in facts if missed]


def judge(report: dict[str, object]) -> Outcome:
    """Compare what raters were told with what is stored."""
    from arena.battles.models import Completion, Vote  # noqa: PLC0415 - as above

    posted = list(report["votes"])
    stored = [str(battle) for battle in Vote.objects.values_list("battle", flat=True)]
    written: dict[str, list[int]] = {}
    rows = Completion.objects.filter(status="done").values_list("turn__battle", "arrivals__0__0")
    for battle, first in rows:
        written.setdefault(str(battle), []).append(first)
    shares = [
        1000 * seen - max(written[battle])
        for battle, seen in report["first_texts"].items()
        if seen and len(written.get(battle, ())) == 2
    ]
    return Outcome(
        # The problems of those who arrived before the minutes are counted are problems too.
        failed=report["errors"] or sorted(set(report["problems"])),
        vote_p99=report["entries"].get("vote", {}).get("p99", float("inf")),
        first_text=statistics.median(shares) if shares else float("inf"),
        lost=len(set(posted) - set(stored)),
        doubled=len(stored) - len(set(stored)) + len(posted) - len(set(posted)),
        unasked=len(set(stored) - set(posted)),
    )


def show(report: dict[str, object], outcome: Outcome, before: dict[str, Usage], after: dict[str, Usage]) -> None:
    """Print the tables."""
    print(f"{'':14s} {'count':>7} {'failed':>7} {'median':>9} {'99 %':>9} {'most':>9}")
    for name, entry in sorted(report["entries"].items()):
        times = "".join(f" {entry[key]:6.0f} ms" for key in ("median", "p99", "most"))
        print(f"{name:14s} {entry['count']:7d} {entry['failures']:7d}{times}")
    for line in outcome.failed:
        print(f"error  {line}")
    print(f"{len(report['votes'])} votes posted; lost {outcome.lost}, doubled {outcome.doubled}")
    print(f"our share of the time to the first text: median {outcome.first_text:.0f} ms")
    for name, start in before.items():
        end = after[name]
        print(
            f"{name:11s} {end.cpu_seconds - start.cpu_seconds:7.1f} s of processor,"
            f" {start.megabytes:7.1f} MB at the start, {end.megabytes:7.1f} MB at the end"
        )
    print("all targets met" if not outcome.misses() else "MISSED: " + "; ".join(outcome.misses()))


def main(options: argparse.Namespace) -> int:
    """Run, print, and return the exit status."""
    with running_services() as var, ExitStack() as stack:
        served = free_port()
        stack.enter_context(running_process("benchmarks.load.paced_server", "--port", str(served)))
        make_models(f"http://127.0.0.1:{served}/v1", places=options.raters)
        url, processes = stack.enter_context(running_arena(slots=max(16, options.raters)))
        path = var / "load.json"
        warm = argparse.Namespace(raters=min(10, options.raters), minutes=WARM_SECONDS / 60)
        drive(url, warm, path, arrival=ARRIVAL_SECONDS // 30)
        warmed = json.loads(path.read_text(encoding="utf-8"))
        before = usage(processes)
        drive(url, options, path, arrival=ARRIVAL_SECONDS)
        after = usage(processes)
        report = json.loads(path.read_text(encoding="utf-8"))
        report["votes"] += warmed["votes"]
        outcome = judge(report)
        show(report, outcome, before, after)
    return 1 if outcome.misses() else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raters", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=10.0)
    sys.exit(main(parser.parse_args()))
