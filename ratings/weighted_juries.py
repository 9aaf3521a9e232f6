"""Who gains when some raters of a population choose a model for all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ratings.core.arrays import BoolArray, FloatArray, IntArray
from ratings.core.welfare import JURIES, choice_shares, dominates, draw_juries
from ratings.population_rows import JuryRow, JuryWelfare
from ratings.populations import PlacedRaters
from ratings.weighted_board import Voters

# Members of juries drawn from everybody, and of those from one group: as PRISM had them.
SIZES, GROUP_SIZE = (10, 20, 50, 100), 100
LOW_POINT = 0.05
# Of a distribution, these are told.
POINTS = 21


@dataclass(frozen=True, eq=False, slots=True)
class Pool:
    """Raters whom juries are drawn from, and those outside who must live with the choice; none for everybody."""

    field: str
    group: str
    members: IntArray
    outside: IntArray


def compare_juries(
    voters: Voters, placed: PlacedRaters, shown: Sequence[BoolArray], *, minimum: int, seed: int
) -> list[JuryRow]:
    """Let juries choose a model, and say what that is worth to everybody and to those whom the jury is not from.

    A rater's score of a model is the share of their comparisons with it that it won, a tie as half. A jury takes the
    model with the best mean score; what it is worth to people is the mean of their scores of it (Kirk et al. 2024).

    Parameters
    ----------
    shown : for each margin, which groups something may be told about (c,). Only from these juries are drawn, and only
        if at least the minimum of people is outside.
    """
    scores = choice_shares(voters.comparisons, int(voters.numbers.max()) + 1)
    everybody = Pool("", "", voters.numbers, np.zeros(0, dtype=np.intp))
    kinds = [(everybody, size) for size in SIZES]
    kinds += [(pool, GROUP_SIZE) for pool in _groups(voters.numbers, placed, shown, minimum)]
    rows, fair = [], np.zeros(0)
    for (pool, size), rng in zip(kinds, np.random.default_rng(seed).spawn(len(kinds)), strict=True):
        measured = [voters.numbers, pool.outside] if len(pool.outside) else [voters.numbers]
        choices = draw_juries(scores, pool.members, measured, size, missing=0.0, rng=rng)
        if pool is everybody and size == GROUP_SIZE:
            fair = choices.welfare[0]
        rows.append(_row(pool, size, voters, choices.chosen, choices.welfare, fair))
    return rows


def _row(  # noqa: PLR0913, PLR0917 - a jury's kind, and what came of it
    pool: Pool, size: int, voters: Voters, chosen: IntArray, welfare: FloatArray, fair: FloatArray
) -> JuryRow:
    slugs = voters.comparisons.competitors
    counts = np.bincount(chosen, minlength=len(slugs)) / JURIES
    return JuryRow(
        field=pool.field,
        group=pool.group,
        size=size,
        chosen={slug: float(share) for slug, share in zip(slugs, counts, strict=True) if share > 0},
        everybody=_told(welfare[0]),
        outside=_told(welfare[1]) if len(welfare) > 1 else None,
        dominated=bool(len(fair)) and dominates(fair, welfare[0]),
    )


def _groups(numbers: IntArray, placed: PlacedRaters, shown: Sequence[BoolArray], minimum: int) -> Iterator[Pool]:
    for margin, told in zip(placed.margins, shown, strict=True):
        for place, name in enumerate(margin.names):
            inside = margin.cell[numbers] == place
            if told[place] and min(np.count_nonzero(inside), np.count_nonzero(~inside)) >= minimum:
                yield Pool(margin.title, name, numbers[inside], numbers[~inside])


def _told(welfare: FloatArray) -> JuryWelfare:
    return JuryWelfare(
        mean=float(welfare.mean()),
        low=float(np.quantile(welfare, LOW_POINT)),
        points=np.quantile(welfare, np.linspace(0.0, 1.0, POINTS)).tolist(),
    )
