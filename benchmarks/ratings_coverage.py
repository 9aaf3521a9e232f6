"""How often 95 % intervals and rank bounds hold on simulated votes whose truth is known.

    python benchmarks/ratings_coverage.py [--data-sets 2000] [--replicates 1000] [--only TEXT] [--markdown]

For each setting and method: how often a model's interval holds its true rating, on average over models and for the
worst one; the mean width in rating points; the same share for all win probabilities; and how often all rank bounds
hold at once. What the truth is when tastes differ says `ratings.core.simulation.pseudo_truth`.
"""

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import expit

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.contrasts import win_probabilities
from ratings.core.regression import fit_regression
from ratings.core.regression_uncertainty import estimate_regression_uncertainty
from ratings.core.scale import POINTS_PER_UNIT
from ratings.core.simulation import Electorate, pseudo_truth, simulate
from ratings.core.uncertainty import estimate_uncertainty


@dataclass(frozen=True)
class Setting:
    models: int
    votes: int
    electorate: Electorate
    cluster: str = "rater"
    methods: tuple[str, ...] = ("sandwich", "bootstrap")


SETTINGS = {
    "independent votes, 20 models, 1,000 votes": Setting(20, 1_000, Electorate(raters=500), "vote"),
    "independent votes, 20 models, 5,000 votes": Setting(20, 5_000, Electorate(raters=500), "vote"),
    "12 raters with tastes, 4 models, 300 votes": Setting(4, 300, Electorate(raters=12, taste_sd=0.5)),
    "40 raters with tastes, 4 models, 600 votes": Setting(4, 600, Electorate(raters=40, taste_sd=0.5)),
    "1,500 raters with tastes, 20 models, 5,000 votes": Setting(20, 5_000, Electorate(raters=1_500, taste_sd=0.5)),
    "120 raters, strong tastes, 20 models, 6,000 votes": Setting(20, 6_000, Electorate(raters=120, taste_sd=1.15)),
    "400 raters, some heavy, strong tastes, 20 models, 10,000 votes": Setting(
        20, 10_000, Electorate(raters=400, taste_sd=1.0, activity_sd=1.2)
    ),
    "60 raters, some heavy, strong tastes, 8 models, 3,000 votes": Setting(
        8, 3_000, Electorate(raters=60, taste_sd=1.0, activity_sd=1.2)
    ),
    "60 prompts that suit models differently, 10 models, 3,000 votes": Setting(
        10, 3_000, Electorate(raters=600, prompts=60, prompt_sd=0.7), "prompt"
    ),
    "80 raters and 80 prompts, both with tastes, 10 models, 4,000 votes": Setting(
        10, 4_000, Electorate(raters=80, taste_sd=0.7, prompts=80, prompt_sd=0.7), "two-way"
    ),
    "100 models, 20,000 votes, 1,000 raters with tastes": Setting(
        100, 20_000, Electorate(raters=1_000, taste_sd=0.5), methods=("sandwich",)
    ),
    "400 models, 40,000 votes, 2,000 raters with tastes": Setting(
        400, 40_000, Electorate(raters=2_000, taste_sd=0.5), methods=("sandwich",)
    ),
}


@dataclass(frozen=True)
class Outcome:
    """What one method did on one data set."""

    held: np.ndarray
    width: float
    wins: float
    ranks: bool
    rank_width: float


def measure(setting: Setting, replicates: int, seed: int) -> dict[str, Outcome]:
    rng = np.random.default_rng([seed, setting.models, setting.votes])
    strengths = rng.normal(0.0, 0.6, setting.models)
    truth = pseudo_truth(strengths, setting.electorate)
    comparisons = simulate(strengths, setting.votes, setting.electorate, rng)
    fit = fit_bradley_terry(comparisons)
    rank = 1 + (truth[None, :] > truth[:, None] + 1e-12).sum(axis=1)
    pairs = np.triu_indices(setting.models, k=1)
    chance = expit(truth[:, None] - truth)[pairs]
    found = {}
    for method in setting.methods:
        uncertainty = estimate_uncertainty(
            comparisons, fit, rng=rng, method=method, cluster=setting.cluster, replicates=replicates
        )
        intervals, bounds, wins = uncertainty.intervals, uncertainty.ranks(), win_probabilities(uncertainty)
        found[method] = Outcome(
            held=(intervals.lower <= truth) & (truth <= intervals.upper),
            width=POINTS_PER_UNIT * float(np.mean(intervals.upper - intervals.lower)),
            wins=float(np.mean((wins.lower[pairs] <= chance) & (chance <= wins.upper[pairs]))),
            ranks=bool(np.all((bounds.best <= rank) & (rank <= bounds.worst))),
            rank_width=float(np.mean(bounds.worst - bounds.best)),
        )
    return found


def measure_style(seed: int) -> np.ndarray:
    """Return which coefficients, of two covariates and the side, lie in their intervals; ties by Rao and Kupper."""
    rng = np.random.default_rng([seed, 77])
    size, votes, raters = 8, 1_500, 60
    strengths = rng.normal(0.0, 0.6, size)
    a = rng.integers(0, size, votes)
    b = (a + rng.integers(1, size, votes)) % size
    covariates = rng.normal(size=(votes, 2))
    effects = np.array([0.25, -0.4, 0.15])
    difference = strengths[a] - strengths[b] + covariates @ effects[:2] + effects[2]
    draw = rng.random(votes)
    win, loss = expit(difference - 0.3), expit(-difference - 0.3)
    outcome = np.where(draw < win, 1.0, np.where(draw < win + loss, 0.0, 0.5))
    comparisons = Comparisons(
        tuple("abcdefgh"),
        a=a,
        b=b,
        outcome=outcome,
        rater=rng.integers(0, raters, votes),
        covariates=covariates,
        covariate_names=("x", "y"),
    )
    fit = fit_regression(comparisons, ties="rao-kupper", side=True)
    intervals = estimate_regression_uncertainty(comparisons, fit, rng=rng, replicates=10).intervals
    true = effects * fit.scales
    here = slice(size, size + 3)
    return (intervals.lower[here] <= true) & (true <= intervals.upper[here])


def report(name: str, outcomes: list[dict[str, Outcome]], *, markdown: bool) -> None:
    for method in outcomes[0]:
        found = [outcome[method] for outcome in outcomes]
        rate = np.mean([one.held for one in found], axis=0)
        numbers = (
            f"{100 * rate.mean():.1f}",
            f"{100 * rate.min():.1f}",
            f"{np.mean([one.width for one in found]):.0f}",
            f"{100 * np.mean([one.wins for one in found]):.1f}",
            f"{100 * np.mean([one.ranks for one in found]):.1f}",
            f"{np.mean([one.rank_width for one in found]):.1f}",
        )
        cells = (name, method, *numbers)
        print("| " + " | ".join(cells) + " |" if markdown else "  ".join(cells), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-sets", type=int, default=2000)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--only", default="", help="settings whose name holds this text")
    parser.add_argument("--markdown", action="store_true", help="rows of a table")
    choices = parser.parse_args()
    started = time.perf_counter()
    if choices.markdown:
        print("| setting | method | held, % | worst model | width | win probabilities | all ranks | ranks wide |")
        print("|---|---|---|---|---|---|---|---|")
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for name, setting in SETTINGS.items():
            if choices.only in name:
                # Large boards hold hundreds of intervals each, so that fewer of them say as much.
                sets = max(choices.data_sets * 20 // max(setting.models, 20), 20)
                work = partial(measure, setting, choices.replicates)
                report(name, list(pool.map(work, range(sets), chunksize=5)), markdown=choices.markdown)
        if choices.only in "coefficients":
            held = np.mean(list(pool.map(measure_style, range(choices.data_sets), chunksize=20)), axis=0)
            print(
                "coefficients of two covariates and the side, 60 raters, 8 models, 1,500 votes: "
                + ", ".join(f"{100 * share:.1f}" for share in held)
            )
    print(f"{choices.data_sets} data sets, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
