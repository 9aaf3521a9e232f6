"""Time ratings from votes in memory, beside the libraries that others use, on the same votes in the same run.

    python benchmarks/ratings_speed.py [--votes 1500000] [--models 150] [--peers PYTHON]

`--peers` names the Python of an environment with benchmarks/peers/requirements.txt; `make bench-ratings` makes one.
Ours are the least of five runs after one for compiling, by the clock and in processor time; peers are timed in
processes of their own, by the clock, and a thousand of their bootstrap replicates are a thousand times one. Peak memory
is that of a process that is given the votes and does nothing else. Votes are read-only arrays, which need no copy.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ratings.core.bradley_terry import BradleyTerryFit, fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.pairs import count_pairs
from ratings.core.regression import fit_regression
from ratings.core.regression_uncertainty import estimate_regression_uncertainty
from ratings.core.sandwich import estimate_sandwich
from ratings.core.scale import POINTS_PER_UNIT
from ratings.core.uncertainty import estimate_uncertainty

RATERS = 500_000
REPLICATES = 1000
PEERS = ("fastchat", "arena-rank", "evalica", "arenakit", "choix")
PEER_SECONDS = 400


def draw_votes(models: int, votes: int, seed: int = 1) -> dict[str, np.ndarray]:
    """Draw votes with uneven popularity, a tenth of them ties, from half a million raters, with four covariates."""
    rng = np.random.default_rng(seed)
    strengths = rng.normal(0.0, 0.6, models)
    popularity = rng.gamma(1.5, size=models)
    a = rng.choice(models, votes, p=popularity / popularity.sum())
    b = (a + rng.integers(1, models, votes)) % models
    covariates = rng.normal(size=(votes, 4)) * [1.0, 2.0, 5.0, 0.1]
    difference = strengths[a] - strengths[b] + 0.25 * covariates[:, 0]
    wins = rng.random(votes) < 1.0 / (1.0 + np.exp(-difference))
    outcome = np.where(rng.random(votes) < 0.1, 0.5, wins.astype(float))
    found = {"a": a, "b": b, "outcome": outcome, "rater": rng.integers(0, RATERS, votes), "covariates": covariates}
    return unwritable(found)


def unwritable(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Promise that nobody changes these arrays, so that `Comparisons` need not copy them."""
    for column in columns.values():
        column.setflags(write=False)
    return columns


@dataclass(frozen=True)
class Timing:
    """The least seconds of some runs, by the clock and of all processors together."""

    clock: float
    processor: float


def least(work: Callable[[], object], repeats: int = 5) -> Timing:
    work()
    clock, processor = [], []
    for _ in range(repeats):
        started, used = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return Timing(min(clock), min(processor))


def exact_strengths(fit: BradleyTerryFit) -> np.ndarray:
    """Polish the fit by Newton steps with a gradient in extended precision."""
    pairs, strengths = fit.pairs, fit.strengths.astype(np.longdouble)
    for _ in range(3):
        difference = strengths[pairs.low] - strengths[pairs.high]
        residual = pairs.score.astype(np.longdouble) - pairs.total.astype(np.longdouble) / (1 + np.exp(-difference))
        gradient = -np.longdouble(fit.prior_precision) * strengths
        np.add.at(gradient, pairs.low, residual)
        np.subtract.at(gradient, pairs.high, residual)
        strengths = strengths + fit.inverse_information @ gradient
    return strengths


def labels(models: int) -> tuple[str, ...]:
    return tuple(f"m{index:03d}" for index in range(models))


def bootstrap(votes: dict[str, np.ndarray], models: int, cluster: str) -> object:
    columns = {name: votes[name] for name in ("a", "b", "outcome")}
    comparisons = Comparisons(labels(models), **columns, rater=votes["rater"] if cluster == "rater" else None)
    fit = fit_bradley_terry(comparisons)
    return estimate_uncertainty(comparisons, fit, rng=np.random.default_rng(1), cluster=cluster, replicates=REPLICATES)


def ours(votes: dict[str, np.ndarray], models: int) -> dict[str, Timing]:
    names = labels(models)
    columns = {name: votes[name] for name in ("a", "b", "outcome")}

    def point() -> object:
        comparisons = Comparisons(names, **columns)
        return estimate_sandwich(comparisons, fit_bradley_terry(comparisons), cluster="vote")

    def styled() -> Comparisons:
        return Comparisons(names, **columns, covariates=votes["covariates"], covariate_names=tuple("wxyz"))

    fit = fit_bradley_terry(count_pairs(Comparisons(names, **columns)))
    style_votes = styled()
    style_fit = fit_regression(style_votes)
    found = {
        "point fit with sandwich intervals": least(point),
        "1,000 replicates by vote": least(lambda: bootstrap(votes, models, "vote")),
        "1,000 replicates by rater": least(lambda: bootstrap(votes, models, "rater"), 3),
        "style fit, 4 covariates": least(lambda: fit_regression(styled()), 3),
        "style, 1,000 replicates by vote": least(
            lambda: estimate_regression_uncertainty(
                style_votes, style_fit, rng=np.random.default_rng(1), method="bootstrap", cluster="vote"
            ),
            1,
        ),
    }
    error = POINTS_PER_UNIT * float(np.abs(fit.strengths - exact_strengths(fit)).max())
    print(f"\nParallax, {models} models, {len(votes['a']):,} votes, {RATERS:,} raters")
    for name, timing in found.items():
        print(f"  {name:36s} {timing.clock:9.3f} s, {timing.processor:6.3f} s of processors")
    print(f"  {'furthest from the optimum':36s} {error:9.1e} rating points")
    for cluster in ("vote", "rater"):
        print(f"  {f'peak memory, by {cluster}':36s} {peak_memory(votes, models, cluster):9.0f} MiB", flush=True)
    return found


def peak_memory(votes: dict[str, np.ndarray], models: int, cluster: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "votes.npz"
        np.savez(file, **{name: votes[name] for name in ("a", "b", "outcome", "rater")}, models=models)
        command = [sys.executable, __file__, "--peak-of", cluster, file]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def print_peak(cluster: str, file: str) -> None:
    with np.load(file) as arrays:
        votes = unwritable({name: arrays[name] for name in ("a", "b", "outcome", "rater")})
        models = int(arrays["models"])
    bootstrap(votes, models, cluster)
    # The kernel's own record for the process would begin with the size of the one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")))


def time_peer(python: str, peer: str, file: Path) -> dict[str, object] | None:
    script = Path(__file__).parent / "peers" / "ratings.py"
    try:
        done = subprocess.run(
            [python, script, peer, file], capture_output=True, text=True, check=True, timeout=PEER_SECONDS
        )
    except subprocess.TimeoutExpired:
        print(f"  {peer:12s} took more than {PEER_SECONDS} s")
        return None
    except subprocess.CalledProcessError as error:
        print(f"  {peer:12s} failed: {error.stderr.strip().splitlines()[-1]}")
        return None
    return json.loads(done.stdout)


def compare(python: str, votes: dict[str, np.ndarray], models: int, mine: dict[str, Timing]) -> None:
    strengths = fit_bradley_terry(
        Comparisons(labels(models), a=votes["a"], b=votes["b"], outcome=votes["outcome"]),
        prior_precision=1e-9,
    ).strengths
    rows = (
        ("fit", 1, "point fit with sandwich intervals"),
        ("replicate", REPLICATES, "1,000 replicates by vote"),
        ("replicate_rater", REPLICATES, "1,000 replicates by rater"),
        ("style", 1, "style fit, 4 covariates"),
    )
    print("\nPeers: seconds, and how many times as long as ours")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "votes.npz"
        np.savez(file, **votes, models=models)
        for peer in PEERS:
            found = time_peer(python, peer, file)
            if found is None:
                continue
            for key, times, name in rows:
                if key in found:
                    seconds = times * float(found[key]) + (float(found.get("prepare", 0.0)) if times > 1 else 0.0)
                    print(
                        f"  {peer:12s} {name:36s} {seconds:9.2f} s {seconds / mine[name].clock:9.0f} times", flush=True
                    )
            error = POINTS_PER_UNIT * float(np.abs(np.array(found["strengths"]) - strengths).max())
            print(f"  {peer:12s} {'furthest from the optimum':36s} {error:9.1e} rating points")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--votes", type=int, default=1_500_000)
    parser.add_argument("--models", type=int, default=150)
    parser.add_argument("--peers", help="a Python with the peers installed")
    parser.add_argument("--peak-of", nargs=2, metavar=("CLUSTER", "FILE"), help="only print what memory that needs")
    choices = parser.parse_args()
    if choices.peak_of:
        print_peak(*choices.peak_of)
        return
    votes = draw_votes(choices.models, choices.votes)
    mine = ours(votes, choices.models)
    ours(draw_votes(400, choices.votes), 400)
    if choices.peers:
        compare(choices.peers, votes, choices.models, mine)


if __name__ == "__main__":
    main()
