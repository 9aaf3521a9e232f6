"""A snapshot as files: ratings as CSV, and all of it as JSON."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ratings.analysis_rows import Coefficient
from ratings.core.method import IntervalMethod
from ratings.history_page import ModelHistory
from ratings.models import Snapshot
from ratings.shown_board import ShownBoard
from ratings.snapshot_rows import SnapshotRow
from ratings.spreadsheets import harmless

COLUMNS = tuple(SnapshotRow.__annotations__)
HISTORY_COLUMNS = ("model", "day", "rating", "rating_lower", "rating_upper", "votes")
PAIR_COLUMNS = ("a", "b", "wins", "ties", "losses", "both_bad", "expected_share", "residual")


def as_csv(board: ShownBoard) -> str:
    """Return the ratings, one row per model in the order of the board; what is not known is empty."""
    return write_csv(COLUMNS, board.rows)


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return rows as CSV with a header; cells that a row lacks are empty, and none is a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(row.get(name)) for name in columns} for row in rows)
    return buffer.getvalue()


def pairs_csv(snapshot: Snapshot, residuals: Iterable[tuple[int, int, float]]) -> str:
    """Return one row for each pair that met, with what their ratings say and by how many standard errors it is off."""
    rows, apart = snapshot.rows, {(row, column): residual for row, column, residual in residuals}
    return write_csv(
        PAIR_COLUMNS,
        (
            {
                **cell,
                "a": rows[cell["row"]]["slug"],
                "b": rows[cell["column"]]["slug"],
                "expected_share": cell.get("win_probability"),
                "residual": apart.get((cell["row"], cell["column"])),
            }
            for cell in snapshot.matrix
        ),
    )


def as_json(shown: ShownBoard) -> str:
    """Return all that a board holds: ratings, head-to-head counts, and what is needed to compute it again."""
    snapshot, board, variant = shown.snapshot, shown.snapshot.leaderboard, shown.view.variant
    slugs = [row["slug"] for row in snapshot.rows]
    content = {
        "leaderboard": board.slug,
        "title": board.title,
        "kind": board.kind,
        "protocol": board.protocol,
        "slice": board.slice,
        "snapshot": snapshot.number,
        "computed_at": snapshot.created_at.isoformat(),
        "cutoff": snapshot.cutoff.isoformat() if snapshot.cutoff else None,
        "votes": snapshot.votes,
        "raters": snapshot.raters,
        "method": None if shown.is_variant else snapshot.method,
        "variant": {
            "ties": variant.ties,
            "side": variant.side,
            "style": variant.style,
            "interval": shown.view.interval,
        },
        "settings": snapshot.settings,
        "seed": snapshot.seed,
        "versions": snapshot.versions,
        "input_sha256": snapshot.input_sha256,
        "settings_sha256": snapshot.settings_sha256,
        "ratings": shown.rows,
        "coefficients": [_coefficient(each, shown.view.interval) for each in shown.coefficients],
        "head_to_head": [_named(cell, slugs, expected=not shown.is_variant) for cell in snapshot.matrix],
        "components": snapshot.components,
        "warnings": snapshot.warnings,
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def history_rows(histories: Iterable[ModelHistory]) -> list[dict[str, object]]:
    """Return one row for each competitor and day, oldest first."""
    return [
        {
            "model": history.slug,
            "day": point.day.isoformat(),
            "rating": point.rating,
            "rating_lower": point.lower,
            "rating_upper": point.upper,
            "votes": point.votes,
        }
        for history in histories
        for point in history.points
    ]


def _coefficient(coefficient: Coefficient, interval: IntervalMethod) -> dict[str, object]:
    lower, upper = coefficient["intervals"].get(interval, (None, None))
    return {
        "component": coefficient["component"],
        "name": coefficient["name"],
        "value": coefficient["value"],
        "lower": lower,
        "upper": upper,
        "standard_deviation": coefficient["standard_deviation"],
    }


def _named(cell: dict[str, Any], slugs: list[str], *, expected: bool) -> dict[str, Any]:  # Any: read from JSON
    """Return a pair with its counts; what ratings say of it only where `expected`, as they are the board's own."""
    left_out = {"row", "column"} if expected else {"row", "column", "win_probability", "win_lower", "win_upper"}
    numbers = {name: value for name, value in cell.items() if name not in left_out}
    return {"a": slugs[cell["row"]], "b": slugs[cell["column"]], **numbers}
