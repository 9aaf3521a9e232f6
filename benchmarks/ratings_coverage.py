"""How often 95 % intervals and rank bounds hold on simulated votes whose truth is known.

    python benchmarks/ratings_coverage.py [--data-sets 2000] [--replicates 1000] [--only TEXT] [--write docs/methods.md]

For each setting and method: how often a model's interval holds its true rating, on average over models and for the
worst one; the mean width in rating points; the same share for all win probabilities; how often the band holds all
ratings at once, and how often all rank bounds do. Then the same for coefficients, for differences between groups and
for criteria put together. What the truth is when tastes differ says `ratings.core.simulation.pseudo_truth`. `--write`
puts the tables between the two marks in that file.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import SimpleQueue
from pathlib import Path

import numpy as np
from scipy.special import expit
from scipy.stats import norm

from ratings.core.bradley_terry import fit_bradley_terry
from ratings.core.comparisons import Comparisons
from ratings.core.contrasts import win_probabilities
from ratings.core.criteria import combine_criteria, combined_scores
from ratings.core.groups import compare_groups, compare_groups_at_once
from ratings.core.parts import PartFits, fit_parts
from ratings.core.personal import estimate_taste_spread, fit_personal_board
from ratings.core.regression import RegressionFit, fit_regression
from ratings.core.regression_uncertainty import estimate_regression_uncertainty
from ratings.core.sandwich import sandwich_covariance
from ratings.core.scale import POINTS_PER_UNIT
from ratings.core.shrinkage import shrink_groups
from ratings.core.simulation import Electorate, pseudo_truth, simulate
from ratings.core.uncertainty import estimate_uncertainty

START, END = "<!-- coverage: written by benchmarks/ratings_coverage.py -->\n", "<!-- end of coverage -->\n"


@dataclass(frozen=True)
class Setting:
    models: int
    votes: int
    electorate: Electorate
    cluster: str = "rater"
    methods: tuple[str, ...] = ("sandwich", "bootstrap")
    spread: float = 0.6

    @property
    def strengths(self) -> np.ndarray:
        """The same in every data set, so that a model which does badly does so throughout."""
        return self.spread * norm.ppf((np.arange(self.models) + 0.5) / self.models)


HEAVY = Electorate(raters=400, taste_sd=1.0, activity_sd=1.2)
FEW_HEAVY = Electorate(raters=60, taste_sd=1.0, activity_sd=1.2)
PROMPTS = Electorate(raters=600, prompts=60, prompt_sd=0.7)
TASTES = Electorate(raters=1_000, taste_sd=0.5)
SETTINGS = {
    "independent votes, 20 models, 1,000 votes": Setting(20, 1_000, Electorate(raters=500), "vote"),
    "independent votes, 20 models, 5,000 votes": Setting(20, 5_000, Electorate(raters=500), "vote"),
    "12 raters with tastes, 4 models, 300 votes": Setting(4, 300, Electorate(raters=12, taste_sd=0.5)),
    "40 raters with tastes, 4 models, 600 votes": Setting(4, 600, Electorate(raters=40, taste_sd=0.5)),
    "1,500 raters with tastes, 20 models, 5,000 votes": Setting(20, 5_000, Electorate(raters=1_500, taste_sd=0.5)),
    "120 raters, strong tastes, 20 models, 6,000 votes": Setting(20, 6_000, Electorate(raters=120, taste_sd=1.15)),
    "400 raters, some heavy, strong tastes, 20 models, 10,000 votes": Setting(20, 10_000, HEAVY),
    "the same with equal models": Setting(20, 10_000, HEAVY, spread=0.0),
    "60 raters, some heavy, strong tastes, 8 models, 3,000 votes": Setting(8, 3_000, FEW_HEAVY),
    "60 raters as before, 8 equal models": Setting(8, 3_000, FEW_HEAVY, spread=0.0),
    "60 prompts that suit models differently, 10 models, 3,000 votes": Setting(10, 3_000, PROMPTS, "prompt"),
    "60 prompts as before, 10 equal models": Setting(10, 3_000, PROMPTS, "prompt", spread=0.0),
    "80 raters and 80 prompts, both with tastes, 10 models, 4,000 votes": Setting(
        10, 4_000, Electorate(raters=80, taste_sd=0.7, prompts=80, prompt_sd=0.7), "two-way"
    ),
    "100 models, 20,000 votes, 1,000 raters with tastes": Setting(100, 20_000, TASTES, methods=("sandwich",)),
    "100 equal models, 20,000 votes, 1,000 raters with tastes": Setting(
        100, 20_000, TASTES, methods=("sandwich",), spread=0.0
    ),
    "50 models, 100,000 votes, 2,000 raters, some heavy": Setting(50, 100_000, replace(HEAVY, raters=2_000)),
    "400 models, 40,000 votes, 2,000 raters with tastes": Setting(
        400, 40_000, replace(TASTES, raters=2_000), methods=("sandwich",)
    ),
}
STYLES = {
    "60 raters, 8 models, 1,500 votes": (1_500, Electorate(raters=60)),
    "150 raters with tastes, some heavy, 8 models, 4,000 votes": (
        4_000,
        Electorate(raters=150, taste_sd=0.7, activity_sd=1.2),
    ),
}
EFFECTS = np.array([0.25, -0.4, 0.15])
TIE = 0.3
SMALL_GROUPS = np.linspace(150, 700, 12)
SMALL = "12 groups of 25 raters with tastes, some heavy, 8 models, 150 to 700 votes"
OWN = "200 raters with strong tastes, 8 models"
VOTES_FOR_TRUTH = 1_000_000
TWO_TRUTHS = np.array([[0.9, 0.5, 0.3, 0.0, -0.2, -0.4, -0.5, -0.6], [-0.2, 0.6, 0.5, 0.4, -0.1, 0.0, -0.3, -0.9]])


@dataclass(frozen=True)
class Outcome:
    """What one method did on one data set."""

    held: np.ndarray
    width: float
    wins: float
    band: bool
    ranks: bool
    rank_width: float


@cache
def truth_of(setting: Setting) -> np.ndarray:
    return pseudo_truth(setting.strengths, setting.electorate)


def measure(setting: Setting, replicates: int, seed: int) -> dict[str, Outcome]:
    rng = np.random.default_rng([seed, setting.models, setting.votes])
    truth = truth_of(setting)
    comparisons = simulate(setting.strengths, setting.votes, setting.electorate, rng)
    fit = fit_bradley_terry(comparisons)
    rank = 1 + (truth[None, :] > truth[:, None] + 1e-9).sum(axis=1)
    pairs = np.triu_indices(setting.models, k=1)
    chance = expit(truth[:, None] - truth)[pairs]
    found = {}
    for method in setting.methods:
        uncertainty = estimate_uncertainty(
            comparisons, fit, rng=rng, method=method, cluster=setting.cluster, replicates=replicates
        )
        intervals, bounds, wins = uncertainty.intervals, uncertainty.ranks(), win_probabilities(uncertainty)
        band = uncertainty.band()
        found[method] = Outcome(
            held=(intervals.lower <= truth) & (truth <= intervals.upper),
            width=POINTS_PER_UNIT * float(np.mean(intervals.upper - intervals.lower)),
            wins=float(np.mean((wins.lower[pairs] <= chance) & (chance <= wins.upper[pairs]))),
            band=bool(np.all((band.lower <= truth) & (truth <= band.upper))),
            ranks=bool(np.all((bounds.best <= rank) & (rank <= bounds.worst))),
            rank_width=float(np.mean(bounds.worst - bounds.best)),
        )
    return found


def draw_styled(votes: int, electorate: Electorate, rng: np.random.Generator) -> Comparisons:
    """Draw votes on which two covariates and the side have an effect, ties by Rao and Kupper."""
    strengths = 0.6 * norm.ppf((np.arange(8) + 0.5) / 8)
    plain = simulate(strengths, votes, electorate, rng)
    taste = rng.normal(0.0, electorate.taste_sd, (electorate.raters, 8))
    liked = (strengths + taste)[plain.rater, :]
    row, covariates = np.arange(votes), rng.normal(size=(votes, 2))
    difference = liked[row, plain.a] - liked[row, plain.b] + covariates @ EFFECTS[:2] + EFFECTS[2]
    draw = rng.random(votes)
    win, loss = expit(difference - TIE), expit(-difference - TIE)
    return Comparisons(
        plain.competitors,
        a=plain.a,
        b=plain.b,
        outcome=np.where(draw < win, 1.0, np.where(draw < win + loss, 0.0, 0.5)),
        rater=plain.rater,
        covariates=covariates,
        covariate_names=("x", "y"),
    )


def fit_styled(comparisons: Comparisons) -> RegressionFit:
    return fit_regression(comparisons, ties="rao-kupper", side=True)


def style_truth(electorate: Electorate) -> np.ndarray:
    """Return what one unit of each covariate, and the side, is worth among endlessly many raters of this kind."""
    many = replace(electorate, raters=VOTES_FOR_TRUTH, activity_sd=0.0)
    fit = fit_styled(draw_styled(VOTES_FOR_TRUTH, many, np.random.default_rng(0)))
    return fit.coefficients / fit.scales


def measure_style(votes: int, electorate: Electorate, truth: np.ndarray, seed: int) -> np.ndarray:
    """Return which coefficients lie in their intervals, by sandwich (3,) and bootstrap (3,)."""
    rng = np.random.default_rng([seed, 77])
    comparisons = draw_styled(votes, electorate, rng)
    fit = fit_styled(comparisons)
    held = []
    for method in ("sandwich", "bootstrap"):
        intervals = estimate_regression_uncertainty(comparisons, fit, rng=rng, method=method).intervals
        lower, upper = (ends[8:11] for ends in (intervals.lower, intervals.upper))
        held.append((lower <= truth * fit.scales) & (truth * fit.scales <= upper))
    return np.array(held)


def measure_groups(electorate: Electorate, seed: int) -> np.ndarray:
    """Return (8,) which differences between two groups of raters lie in their intervals."""
    first, second = (pseudo_truth(truth, electorate) for truth in TWO_TRUTHS)
    found = compare_groups(_two_parts(electorate, seed, same_raters=False), 0, 1)
    return (found.lower <= first - second) & (first - second <= found.upper)


def measure_groups_at_once(electorate: Electorate, seed: int) -> np.ndarray:
    """Return (1,) whether all differences between two groups of raters lie in their intervals at once."""
    first, second = (pseudo_truth(truth, electorate) for truth in TWO_TRUTHS)
    fits = _two_parts(electorate, seed, same_raters=False)
    found = compare_groups_at_once(fits, 0, 1, rng=np.random.default_rng(seed))
    return np.array([bool(np.all((found.lower <= first - second) & (first - second <= found.upper)))])


def measure_shrunk(electorate: Electorate, seed: int) -> np.ndarray:
    """Return (8,) how often shrunk strengths of each model lie in their intervals, over twelve groups of raters."""
    rng = np.random.default_rng([seed, 79])
    truths = TWO_TRUTHS[0] + rng.normal(0.0, 0.25, (12, 8))
    parts = [simulate(truth, int(votes), electorate, rng) for truth, votes in zip(truths, SMALL_GROUPS, strict=True)]
    a, b, outcome, rater = (
        np.concatenate([getattr(one, name) + number * first for number, one in enumerate(parts)])
        for name, first in (("a", 0), ("b", 0), ("outcome", 0), ("rater", electorate.raters))
    )
    together = Comparisons(parts[0].competitors, a=a, b=b, outcome=outcome, rater=rater)
    found = shrink_groups(together, np.repeat(np.arange(12), electorate.raters))
    expected = np.array([pseudo_truth(truth, electorate) for truth in truths])
    return np.mean((found.lower <= expected) & (expected <= found.upper), axis=0)


def measure_personal(votes: int, seed: int) -> np.ndarray:
    """Return (8,) how often the boards of two hundred raters after some votes hold what each likes about a model."""
    rng = np.random.default_rng([seed, 80])
    tastes = TWO_TRUTHS[0] + rng.normal(0.0, 0.8, (200, 8))
    rater = np.repeat(np.arange(200), 30)
    a = rng.integers(0, 8, len(rater))
    b = (a + rng.integers(1, 8, len(rater))) % 8
    wins = rng.random(len(rater)) < expit(tastes[rater, a] - tastes[rater, b])
    comparisons = Comparisons(tuple("01234567"), a=a, b=b, outcome=wins.astype(float), rater=rater)
    fit = fit_bradley_terry(comparisons)
    covariance, spread = sandwich_covariance(comparisons, fit), estimate_taste_spread(comparisons, fit)
    likes, held = tastes - tastes.mean(axis=1, keepdims=True), []
    for number in range(200):
        own = comparisons.select(np.flatnonzero(rater == number)[:votes])
        board = fit_personal_board(own, fit, covariance, spread)
        held.append((board.lower <= likes[number]) & (likes[number] <= board.upper))
    return np.mean(held, axis=0)


def measure_criteria(electorate: Electorate, seed: int) -> np.ndarray:
    """Return (8,) which combined scores of two criteria lie in their intervals."""
    truth, _ = combined_scores(np.array([pseudo_truth(truth, electorate) for truth in TWO_TRUTHS]))
    found = combine_criteria(_two_parts(electorate, seed, same_raters=True))
    return (found.lower <= truth) & (truth <= found.upper)


def _two_parts(electorate: Electorate, seed: int, *, same_raters: bool) -> PartFits:
    rng = np.random.default_rng([seed, 78])
    parts = [simulate(truth, 2_000, electorate, rng) for truth in TWO_TRUTHS]
    part = np.repeat([0, 1], 2_000)
    a, b, outcome, rater = (
        np.concatenate([getattr(one, name) for one in parts]) for name in ("a", "b", "outcome", "rater")
    )
    raters = rater if same_raters else rater + part * electorate.raters
    return fit_parts(Comparisons(parts[0].competitors, a=a, b=b, outcome=outcome, rater=raters), part)


def rating_rows(pool: Executor, choices: argparse.Namespace) -> Iterator[str]:
    yield "| setting | method | held, % | worst model | width | win probabilities | all ratings | all ranks | wide |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, setting in SETTINGS.items():
        if choices.only in name:
            work = partial(measure, setting, choices.replicates)
            outcomes = list(pool.map(work, range(choices.data_sets), chunksize=5))
            yield from (rating_row(name, method, [one[method] for one in outcomes]) for method in setting.methods)


def rating_row(name: str, method: str, found: list[Outcome]) -> str:
    rate = np.mean([one.held for one in found], axis=0)
    cells = (
        name,
        method,
        f"{100 * rate.mean():.1f}",
        f"{100 * rate.min():.1f}",
        f"{np.mean([one.width for one in found]):.0f}",
        f"{100 * np.mean([one.wins for one in found]):.1f}",
        f"{100 * np.mean([one.band for one in found]):.1f}",
        f"{100 * np.mean([one.ranks for one in found]):.1f}",
        f"{np.mean([one.rank_width for one in found]):.1f}",
    )
    return f"| {' | '.join(cells)} |"


def other_rows(pool: Executor, choices: argparse.Namespace) -> Iterator[str]:
    def share(work: Callable[[int], np.ndarray]) -> np.ndarray:
        return 100 * np.mean(list(pool.map(work, range(choices.data_sets), chunksize=20)), axis=0)

    yield "| intervals of | setting | held, % | worst |"
    yield "|---|---|---|---|"
    for name, (votes, electorate) in STYLES.items():
        if choices.only in f"coefficients: {name}":
            rates = share(partial(measure_style, votes, electorate, style_truth(electorate)))
            for method, rate in zip(("sandwich", "bootstrap"), rates, strict=True):
                yield f"| two coefficients and the side, {method} | {name} | {rate.mean():.1f} | {rate.min():.1f} |"
    people = "120 raters with tastes, some heavy, 8 models, twice 2,000 votes"
    electorate = Electorate(raters=120, taste_sd=0.7, activity_sd=1.2)
    few = Electorate(raters=25, taste_sd=0.7, activity_sd=0.7)
    for what, setting, work in (
        ("differences between two groups of raters", people, partial(measure_groups, electorate)),
        ("all these differences at once", people, partial(measure_groups_at_once, electorate)),
        ("two criteria put together, same raters", people, partial(measure_criteria, electorate)),
        ("ratings of groups, shrunk to the whole", SMALL, partial(measure_shrunk, few)),
        ("boards of one rater each, one vote", OWN, partial(measure_personal, 1)),
        ("boards of one rater each, 30 votes", OWN, partial(measure_personal, 30)),
    ):
        if choices.only in f"{what}: {setting}":
            rate = share(work)
            yield f"| {what} | {setting} | {rate.mean():.1f} | {rate.min():.1f} |"


def write_between(file: Path, table: str) -> None:
    text = file.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        raise SystemExit(f"{file} has no place for the tables: {START}{END}")
    file.write_text(f"{before}{START}\n{table}\n{END}{after}", encoding="utf-8")


def stay_on_one(free: "SimpleQueue[int]") -> None:
    """Take a processor for this worker: threads inside workers would only wait for each other."""
    os.sched_setaffinity(0, {free.get()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-sets", type=int, default=2000)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--only", default="", help="settings whose name holds this text")
    parser.add_argument("--write", type=Path, help="a file with two marks to put the tables between")
    choices = parser.parse_args()
    started, lines = time.perf_counter(), []
    cores = os.sched_getaffinity(0)
    free: SimpleQueue[int] = SimpleQueue()
    for core in cores:
        free.put(core)
    with ProcessPoolExecutor(len(cores), initializer=stay_on_one, initargs=(free,)) as pool:
        for table in (rating_rows, other_rows):
            for row in table(pool, choices):
                print(row, flush=True)
                lines.append(row)
            print()
            lines.append("")
    print(f"{choices.data_sets} data sets in each setting, {time.perf_counter() - started:.0f} s")
    if choices.write:
        lines.append(f"{choices.data_sets:,} data sets in each setting.\n")
        write_between(choices.write, "\n".join(lines))


if __name__ == "__main__":
    main()
