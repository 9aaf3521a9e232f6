"""Coverage of 95 % intervals and of rank bounds on simulated votes whose truth is known.

    python benchmarks/ratings_coverage.py [--data-sets 200] [--replicates 1000]

Per setting and method: how often a model's interval holds its true strength, on average over models and for the worst
model, the mean width in rating points, and how often all rank bounds hold at once.
"""

import argparse
import time
from dataclasses import dataclass, field

import numpy as np

from ratings.core.bootstrap import bootstrap_strengths
from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.intervals import percentile_intervals, student_intervals
from ratings.core.ranks import rank_bounds
from ratings.core.sandwich import sandwich_covariance
from ratings.core.scale import POINTS_PER_UNIT
from ratings.core.simulation import Electorate, pseudo_truth, simulate

SETTINGS = {
    "4 models, 300 votes, 12 raters, no tastes": (4, 300, Electorate(raters=12)),
    "4 models, 300 votes, 12 raters, tastes .5": (4, 300, Electorate(raters=12, taste_sd=0.5)),
    "4 models, 600 votes, 40 raters, tastes .5": (4, 600, Electorate(raters=40, taste_sd=0.5)),
    "20 models, 1,000 votes, 500 raters": (20, 1_000, Electorate(raters=500)),
    "20 models, 6,000 votes, 120 raters, strong tastes": (20, 6_000, Electorate(raters=120, taste_sd=1.15)),
    "20 models, 5,000 votes, 1,500 raters, tastes": (20, 5_000, Electorate(raters=1_500, taste_sd=0.5)),
    "20 models, 10,000 votes, 400 heavy raters, strong tastes": (
        20,
        10_000,
        Electorate(raters=400, taste_sd=1.0, activity_sd=1.2),
    ),
}


@dataclass
class Tally:
    """What one method did over the data sets of one setting."""

    held: list[np.ndarray] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)
    ranks: list[bool] = field(default_factory=list)

    def line(self) -> str:
        rate = np.mean(self.held, axis=0)
        ranks = f"{np.mean(self.ranks):.3f}" if self.ranks else "  -  "
        return f"{rate.mean():.3f}  worst {rate.min():.3f}  width {np.mean(self.widths):6.1f}  all ranks {ranks}"


def true_ranks(truth: np.ndarray) -> np.ndarray:
    return 1 + (truth[None, :] > truth[:, None] + 1e-12).sum(axis=1)


def measure(setting: tuple[int, int, Electorate], data_sets: int, replicates: int) -> dict[str, Tally]:
    size, votes, electorate = setting
    tallies: dict[str, Tally] = {}
    for seed in range(data_sets):
        rng = np.random.default_rng([seed, size, votes])
        strengths = rng.normal(0.0, 0.6, size)
        truth = pseudo_truth(strengths, electorate)
        comparisons = simulate(strengths, votes, electorate, rng)
        fit = fit_bradley_terry(comparisons)
        methods = {}
        for cluster in ("rater", "vote"):
            draws = bootstrap_strengths(comparisons, fit, rng=rng, cluster=cluster, replicates=replicates)
            methods[f"bootstrap by {cluster}"] = (percentile_intervals(draws.strengths, draws.units), draws.strengths)
        for correction in ("CR0", "CV3"):
            covariance = sandwich_covariance(comparisons, fit, correction=correction)
            normal = rng.multivariate_normal(fit.strengths, covariance, replicates, method="eigh")
            methods[f"sandwich {correction} by rater"] = (
                student_intervals(fit.strengths, covariance, electorate.raters),
                normal,
            )
        for name, (intervals, sample) in methods.items():
            tally = tallies.setdefault(name, Tally())
            tally.held.append((intervals.lower <= truth) & (truth <= intervals.upper))
            tally.widths.append(POINTS_PER_UNIT * float(np.mean(intervals.upper - intervals.lower)))
            bounds = rank_bounds(fit.strengths, sample)
            rank = true_ranks(truth)
            tally.ranks.append(bool(np.all((bounds.best <= rank) & (rank <= bounds.worst))))
    return tallies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-sets", type=int, default=200)
    parser.add_argument("--replicates", type=int, default=1000)
    choices = parser.parse_args()
    for name, setting in SETTINGS.items():
        started = time.perf_counter()
        tallies = measure(setting, choices.data_sets, choices.replicates)
        print(f"\n{name} ({choices.data_sets} data sets, {time.perf_counter() - started:.0f} s)")
        for method, tally in tallies.items():
            print(f"  {method:24s} {tally.line()}")


if __name__ == "__main__":
    main()
