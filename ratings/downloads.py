"""A snapshot as files: ratings as CSV, and all of it as JSON."""

import csv
import io
import json
from typing import Any

from ratings.models import Snapshot
from ratings.snapshot_rows import SnapshotRow
from ratings.spreadsheets import harmless

COLUMNS = tuple(SnapshotRow.__annotations__)


def as_csv(snapshot: Snapshot) -> str:
    """Return the ratings, one row per model in the order of the board; what is not known is empty."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(row.get(name)) for name in COLUMNS} for row in snapshot.rows)
    return buffer.getvalue()


def as_json(snapshot: Snapshot) -> str:
    """Return all that a snapshot holds: ratings, head-to-head counts, and what is needed to compute it again."""
    board = snapshot.leaderboard
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
        "method": snapshot.method,
        "settings": snapshot.settings,
        "seed": snapshot.seed,
        "versions": snapshot.versions,
        "input_sha256": snapshot.input_sha256,
        "settings_sha256": snapshot.settings_sha256,
        "ratings": snapshot.rows,
        "head_to_head": [_named(cell, slugs) for cell in snapshot.matrix],
        "components": snapshot.components,
        "warnings": snapshot.warnings,
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _named(cell: dict[str, Any], slugs: list[str]) -> dict[str, Any]:  # Any: read from JSON
    numbers = {name: value for name, value in cell.items() if name not in {"row", "column"}}
    return {"a": slugs[cell["row"]], "b": slugs[cell["column"]], **numbers}
