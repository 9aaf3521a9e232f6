"""Time everything that is shown about groups of raters, from votes in memory.

    python benchmarks/groups.py [--votes 1000000] [--raters 20000] [--models 20]

Votes and tastes are simulated. Twenty slices are four profile fields with 3, 4, 6 and 7 values, answered by nine in ten
raters. For each field: which values may be shown, each group's ratings with intervals by rater, the differences between
any two groups, the permutation test, ratings shrunk to the whole, and the matrix of similarity. Then the welfare of a
thousand juries in each of seven schemes. After one run on few votes for compiling.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations

import numpy as np

from ratings.core.comparisons import Comparisons
from ratings.core.groups import compare_groups_at_once
from ratings.core.parts import fit_parts
from ratings.core.permutation import PERMUTATIONS, likelihood_ratio_test
from ratings.core.shrinkage import shrink_groups
from ratings.core.similarity import group_similarity
from ratings.core.simulation import Electorate, simulate
from ratings.core.suppression import Partition, shown_cells
from ratings.core.welfare import JURIES, choice_shares, draw_juries

FIELDS = (3, 4, 6, 7)
SCHEMES = (10, 20, 50, 100, 100, 100, 100)
PRISM = (1_500, 21)


class Clock:
    """Seconds by what they were spent on, by the clock and of all processors together."""

    def __init__(self) -> None:
        self.spent: dict[str, np.ndarray] = {}

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        started = now()
        yield
        self.spent[what] = self.spent.get(what, 0.0) + now() - started

    def show(self, title: str) -> None:
        print(f"\n{title}")
        for what, (clock, processor) in [*self.spent.items(), ("all", sum(self.spent.values()))]:
            print(f"  {what:40s} {clock:8.2f} s, {processor:6.2f} s of processors", flush=True)


def now() -> np.ndarray:
    return np.array([time.perf_counter(), time.process_time()])


def draw(votes: int, raters: int, models: int) -> tuple[Comparisons, list[Partition]]:
    """Draw votes of raters of whom some are heavy, and the value of each field for each rater, which tells nothing."""
    rng = np.random.default_rng(1)
    electorate = Electorate(raters=raters, taste_sd=0.5, activity_sd=1.0)
    comparisons = simulate(rng.normal(0.0, 0.6, models), votes, electorate, rng)
    answered = rng.random((len(FIELDS), raters)) < 0.9
    values = [rng.integers(0, size, raters) for size in FIELDS]
    return comparisons, [
        Partition(np.where(told, value, -1), size) for told, value, size in zip(answered, values, FIELDS, strict=True)
    ]


def group_figures(comparisons: Comparisons, fields: list[Partition], permutations: int) -> Clock:
    clock, rng = Clock(), np.random.default_rng(2)
    with clock.of("which values may be shown"):
        shown = shown_cells(fields)
    for field, cells in zip(fields, shown, strict=True):
        number = np.append(np.where(cells, np.cumsum(cells) - 1, -1), -1)
        group = number[field.cell]
        with clock.of("ratings of each group"):
            told = comparisons.select(group[comparisons.rater] >= 0)
            fits = fit_parts(told, group[told.rater])
        with clock.of("differences between any two groups"):
            for first, second in combinations(range(len(fits.strengths)), 2):
                compare_groups_at_once(fits, first, second, rng=rng)
        with clock.of(f"test with {permutations} permutations"):
            likelihood_ratio_test(comparisons, group, rng=rng, permutations=permutations)
        with clock.of("ratings shrunk to the whole"):
            shrink_groups(comparisons, group)
        with clock.of("similarity"):
            group_similarity(fits, rng=rng)
    return clock


def welfare_figures(raters: int, models: int) -> Clock:
    clock, rng = Clock(), np.random.default_rng(3)
    comparisons, (field, *_) = draw(40 * raters, raters, models)
    with clock.of("shares of each rater"):
        shares = choice_shares(comparisons, raters)
    everyone = np.arange(raters)
    populations = [everyone, *(np.flatnonzero(field.cell == cell) for cell in range(field.cells))]
    pools = [everyone] * 4 + populations[1:]
    with clock.of(f"{JURIES:,} juries x {len(SCHEMES)} schemes"):
        for size, pool in zip(SCHEMES, pools, strict=True):
            draw_juries(shares, pool, populations, size, missing=0.0, rng=rng)
    return clock


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--votes", type=int, default=1_000_000)
    parser.add_argument("--raters", type=int, default=20_000)
    parser.add_argument("--models", type=int, default=20)
    choices = parser.parse_args()
    group_figures(*draw(20_000, 1_000, 5), permutations=9)
    clock = group_figures(*draw(choices.votes, choices.raters, choices.models), PERMUTATIONS)
    clock.show(
        f"{sum(FIELDS)} slices in {len(FIELDS)} fields, {choices.votes:,} votes, {choices.raters:,} raters, "
        f"{choices.models} models"
    )
    welfare_figures(*PRISM).show(f"Welfare, {PRISM[0]:,} raters, {PRISM[1]} models, {40 * PRISM[0]:,} votes")


if __name__ == "__main__":
    main()
