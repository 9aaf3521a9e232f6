"""Findings as text, JSON, CSV and LaTeX."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from ratings.command_line.output import aligned, escaped, method_as_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from ratings.command_line.findings import Cell, Finding
    from ratings.command_line.rating import Method

# Everything else that is no whole number is in rating points.
SHARES = frozenset({"copeland", "borda", "probability", "score", "score_lower", "score_upper"})


def as_json(finding: Finding, method: Method) -> str:
    """Return one object with the rows, what was found besides, and the method."""
    content: dict[str, Any] = {finding.name: finding.rows, **finding.facts}  # Any: plain JSON values
    return json.dumps({**content, "method": method_as_json(method)}, indent=2, ensure_ascii=False) + "\n"


def as_csv(finding: Finding, method: Method) -> str:  # noqa: ARG001  the same for every format
    """Return one line for each row; what is not known is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _columns(finding), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(finding.rows)
    return out.getvalue()


def as_text(finding: Finding, method: Method) -> str:  # noqa: ARG001  as above
    """Return aligned columns, with what a reader must know below them."""
    table = aligned([_columns(finding), *_cells(finding)])
    return "\n".join([*table, "", *finding.notes]) + "\n"


def as_latex(finding: Finding, method: Method) -> str:  # noqa: ARG001  as above
    """Return a tabular with the notes as comments."""
    columns = _columns(finding)
    lines = [rf"\begin{{tabular}}{{l{'r' * (len(columns) - 1)}}}", r"\hline"]
    lines += [" & ".join(escaped(name) for name in columns) + r" \\", r"\hline"]
    lines += [" & ".join(escaped(cell) for cell in cells) + r" \\" for cells in _cells(finding)]
    return "\n".join([*lines, r"\hline", r"\end{tabular}", *(f"% {note}" for note in finding.notes)]) + "\n"


RENDERERS: dict[str, Callable[[Finding, Method], str]] = {
    "table": as_text,
    "json": as_json,
    "csv": as_csv,
    "latex": as_latex,
}


def _columns(finding: Finding) -> list[str]:
    """Return every column that some row has, in the order in which they come."""
    return list(dict.fromkeys(name for row in finding.rows for name in row))


def _cells(finding: Finding) -> list[list[str]]:
    columns = _columns(finding)
    return [[_written(name, row.get(name)) for name in columns] for row in finding.rows]


def _written(name: str, cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.3f}" if name in SHARES else f"{cell:.1f}"
    return "" if cell is None else str(cell)
