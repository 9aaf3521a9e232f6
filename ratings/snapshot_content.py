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
from ratings.core.pairs import PairCounts, count_pairs
from ratings.core.rates import appearances, both_bad_rate, win_rate
from ratings.core.scale import rating
from ratings.snapshot_matrix import lay_out_cells
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
    competitor = {info.slug: index for index, info in enumerate(board_input.competitors)}
    order: IntArray = np.array([competitor[row["slug"]] for row in rows], dtype=np.intp)
    components = [_describe(component, board) for component in board.components]
    return SnapshotContent(
        rows=rows,
        matrix=lay_out_cells(pairs, board_input.both_bad, board.components, order),
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
