"""From a board's input to what a snapshot stores; the same input, settings and versions give the same content."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from ratings.board_settings import BoardSettings
from ratings.core.arrays import FloatArray, IntArray
from ratings.core.board import Board, ComponentBoard, fit_board
from ratings.core.comparisons import Comparisons
from ratings.core.contrasts import win_probabilities
from ratings.core.pairs import PairCounts, count_pairs
from ratings.core.rates import appearances, both_bad_rate, win_rate
from ratings.core.scale import rating
from ratings.snapshot_rows import SnapshotCell, SnapshotComponent, SnapshotRow, SnapshotWarning
from ratings.sources import BoardInput


@dataclass(frozen=True, slots=True)
class SnapshotContent:
    """The computed part of a snapshot."""

    rows: list[SnapshotRow]
    matrix: list[SnapshotCell]
    components: list[SnapshotComponent]
    warnings: list[SnapshotWarning]
    method: str


def compute_content(board_input: BoardInput, board_settings: BoardSettings) -> SnapshotContent:
    """Fit the board and lay it out.

    Raises
    ------
    ratings.core.errors.RatingsError
        If a fit does not converge; nothing is published then.
    """
    comparisons = _with_raters(board_input.comparisons)
    board = fit_board(comparisons, board_settings.method, rng=np.random.default_rng(board_settings.seed))
    pairs = count_pairs(comparisons)
    blank = _blank_rows(board_input, pairs)
    rows = [row for number, component in enumerate(board.components) for row in _rated(blank, number, component)]
    rows += [blank[index] for index in board.uncompared]
    order = {row["slug"]: position for position, row in enumerate(rows)}
    components = [_describe(component, board) for component in board.components]
    return SnapshotContent(
        rows=rows,
        matrix=_with_probabilities(_cells(board_input, pairs, order), board, rows),
        components=components,
        warnings=_warnings(board, components, named=board_input.named),
        method=_method(board),
    )


def installed_versions() -> dict[str, str]:
    """Return the versions that decide the numbers."""
    names = {"python": platform.python_version(), "processor": platform.machine()}
    for package in ("numpy", "scipy", "parallax-arena"):
        try:
            names[package] = version(package)
        except PackageNotFoundError:  # a checkout that was never installed
            names[package] = "not installed"
    return names


def _with_raters(comparisons: Comparisons) -> Comparisons:
    """An empty input may come without a rater column; give it an empty one."""
    if comparisons.rater is not None:
        return comparisons
    nobody = np.zeros(0, dtype=np.intp)
    return Comparisons(comparisons.competitors, a=nobody, b=nobody, outcome=np.zeros(0), rater=nobody)


def _blank_rows(board_input: BoardInput, pairs: PairCounts) -> list[SnapshotRow]:
    won = win_rate(pairs)
    bad = both_bad_rate(board_input.both_bad, board_input.appearances)
    met = appearances(pairs)
    return [
        SnapshotRow(
            slug=info.slug,
            name=info.name,
            organisation=info.organisation,
            licence=info.licence,
            component=None,
            rating=None,
            rating_lower=None,
            rating_upper=None,
            rank_best=None,
            rank_worst=None,
            preliminary=True,
            comparisons=float(met[index]),
            votes=int(board_input.appearances[index]),
            win_rate=_number(won, index),
            both_bad_rate=_number(bad, index),
        )
        for index, info in enumerate(board_input.competitors)
    ]


def _rated(blank: list[SnapshotRow], number: int, component: ComponentBoard) -> list[SnapshotRow]:
    """Fill in the rows of one component: the established by rating, then the preliminary by rating."""
    points = rating(component.strengths)
    rows = []
    for position, index in enumerate(component.members):
        row = blank[index]
        row["component"] = number
        row["rating"] = float(points[position])
        row["preliminary"] = bool(component.preliminary[position])
        if component.intervals is not None:
            row["rating_lower"] = float(rating(component.intervals.lower)[position])
            row["rating_upper"] = float(rating(component.intervals.upper)[position])
        rows.append(row)
    if component.ranks is not None:
        established = [row for row in rows if not row["preliminary"]]
        for row, best, worst in zip(established, component.ranks.best, component.ranks.worst, strict=True):
            row["rank_best"], row["rank_worst"] = int(best), int(worst)
    return sorted(rows, key=lambda row: (row["preliminary"], -points_of(row), row["slug"]))


def points_of(row: Mapping[str, Any]) -> float:  # Any: a row, fresh or read back from JSON
    """Return a row's rating, or minus infinity for one that has none, to sort by."""
    return float("-inf") if row["rating"] is None else float(row["rating"])


def _cells(board_input: BoardInput, pairs: PairCounts, order: dict[str, int]) -> list[SnapshotCell]:
    size = len(board_input.competitors)
    met = {(int(low), int(high)): k for k, (low, high) in enumerate(zip(pairs.low, pairs.high, strict=True))}
    bad = {(int(low), int(high)) for low, high in np.argwhere(np.triu(board_input.both_bad, k=1))}
    position: IntArray = np.array([order[info.slug] for info in board_input.competitors], dtype=np.intp)
    assert size == len(position)  # noqa: S101  every competitor has a row
    cells = [_cell(board_input, pairs, pair, met.get(pair), position) for pair in sorted(met.keys() | bad)]
    return sorted(cells, key=lambda cell: (cell["row"], cell["column"]))


def _cell(
    board_input: BoardInput, pairs: PairCounts, pair: tuple[int, int], k: int | None, position: IntArray
) -> SnapshotCell:
    low, high = pair
    wins, ties, losses = (0.0, 0.0, 0.0) if k is None else (pairs.wins[k], pairs.ties[k], pairs.losses[k])
    if position[low] > position[high]:
        low, high, wins, losses = high, low, losses, wins
    return SnapshotCell(
        row=int(position[low]),
        column=int(position[high]),
        wins=float(wins),
        ties=float(ties),
        losses=float(losses),
        both_bad=int(board_input.both_bad[low, high]),
    )


def _with_probabilities(cells: list[SnapshotCell], board: Board, rows: list[SnapshotRow]) -> list[SnapshotCell]:
    """Fill in how likely the row beats the column, where both have a common scale and enough raters."""
    for component in board.components:
        if component.uncertainty is None:
            continue
        found = win_probabilities(component.uncertainty)
        place = {slug: position for position, slug in enumerate(component.fit.competitors)}
        for cell in cells:
            pair = place.get(rows[cell["row"]]["slug"]), place.get(rows[cell["column"]]["slug"])
            if None not in pair:
                cell["win_probability"] = float(found.probability[pair])
                cell["win_lower"], cell["win_upper"] = float(found.lower[pair]), float(found.upper[pair])
    return cells


def _describe(component: ComponentBoard, board: Board) -> SnapshotComponent:
    return SnapshotComponent(
        competitors=list(component.fit.competitors),
        comparisons=float(component.fit.pairs.total.sum()),
        raters=component.raters,
        missing_raters=max(0, board.method.minimum_raters - component.raters),
        iterations=component.fit.iterations,
        gradient_norm=component.fit.gradient_norm,
        replicates=None if component.draws is None else len(component.draws.strengths),
        unconverged=None if component.draws is None else component.draws.unconverged,
    )


def _warnings(board: Board, components: list[SnapshotComponent], *, named: int) -> list[SnapshotWarning]:
    counts = {
        "few_raters": components[0]["missing_raters"] if components else 0,
        "disconnected": len(components) if len(components) > 1 else 0,
        "uncompared": len(board.uncompared) if components else 0,
        "preliminary": sum(int(part.preliminary.sum()) for part in board.components if part.intervals is not None),
        "unconverged": sum(component["unconverged"] or 0 for component in components),
        "named": named,
    }
    return [SnapshotWarning(code=code, count=count) for code, count in counts.items() if count]


def _method(board: Board) -> str:
    fit = board.components[0].fit.method if board.components else "nothing to fit"
    intervals = next((part.intervals.method for part in board.components if part.intervals is not None), "no intervals")
    return f"{fit}; {intervals}"


def _number(values: FloatArray, index: int) -> float | None:
    return None if np.isnan(values[index]) else float(values[index])
