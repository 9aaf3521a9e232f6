"""The head-to-head table of a snapshot: every pair that met, by the places of both among the rows."""

from collections.abc import Sequence

import numpy as np

from ratings.core.arrays import FloatArray, IntArray
from ratings.core.board import ComponentBoard
from ratings.core.contrasts import win_probabilities
from ratings.core.pairs import PairCounts
from ratings.snapshot_rows import SnapshotCell

CHANCES = 3


def lay_out_cells(
    pairs: PairCounts, both_bad: IntArray, components: Sequence[ComponentBoard], order: IntArray
) -> list[SnapshotCell]:
    """Return a cell for each pair that was compared or called bad, row by row, seen from who stands higher.

    Whole matrices, because hundreds of competitors have tens of thousands of pairs.

    Parameters
    ----------
    both_bad : (m, m) symmetric counts per pair.
    components : those with enough raters give their pairs a win probability with its interval.
    order : (m,) the competitor in each row of the snapshot.
    """
    rows = np.ix_(order, order)
    ties, bad = pairs.tie_matrix()[rows], both_bad[rows]
    wins = pairs.win_matrix()[rows] - 0.5 * ties
    pair = row, column = np.nonzero(np.triu(wins + wins.T + ties + bad, k=1))
    counts = (row, column, wins[pair], ties[pair], wins[column, row], bad[pair])
    cells = [
        SnapshotCell(row=row, column=column, wins=wins, ties=ties, losses=losses, both_bad=bad)
        for row, column, wins, ties, losses, bad in zip(*(values.tolist() for values in counts), strict=True)
    ]
    chances = np.stack([matrix[rows][pair] for matrix in _chances(components, len(order))])
    known = ~np.isnan(chances[0])
    for place, chance, lower, upper in zip(np.flatnonzero(known).tolist(), *chances[:, known].tolist(), strict=True):
        cell = cells[place]
        cell["win_probability"], cell["win_lower"], cell["win_upper"] = chance, lower, upper
    return cells


def _chances(components: Sequence[ComponentBoard], size: int) -> FloatArray:
    """Return (3, m, m) how likely the row beats the column, with both ends; nan without a common scale or raters."""
    chances = np.full((CHANCES, size, size), np.nan)
    for component in components:
        if component.uncertainty is not None:
            found = win_probabilities(component.uncertainty)
            among = np.ix_(component.members, component.members)
            for matrix, values in zip(chances, (found.probability, found.lower, found.upper), strict=True):
                matrix[among] = values
    return chances
