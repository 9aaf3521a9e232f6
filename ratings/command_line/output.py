"""Rated tables as text, JSON, CSV and LaTeX."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ratings.core.regression import SIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ratings.command_line.rating import Method, RatedTable, RatingRow

COLUMNS = ("model", "rating", "interval", "rank", "votes", "voters", "win rate", "both bad")
LATEX_ESCAPES = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def as_json(tables: Sequence[tuple[str | None, RatedTable]], method: Method, by: str | None) -> str:
    """Return one object with ratings, method and diagnostics; with `by`, one of these for each group."""
    if by is None:
        content: dict[str, Any] = {
            **_described(tables[0][1]),
            "method": method_as_json(method),
        }  # Any: plain JSON values
        content = {"ratings": content["ratings"], "method": content["method"], "diagnostics": content["diagnostics"]}
    else:
        groups = [{"value": value, **_described(table)} for value, table in tables]
        content = {"by": by, "groups": groups, "method": method_as_json(method)}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def as_csv(tables: Sequence[tuple[str | None, RatedTable]], method: Method, by: str | None) -> str:  # noqa: ARG001
    """Return one line for each model, with the group in front where there are groups."""
    out = io.StringIO()
    names = list(tables[0][1].rows[0]) if tables and tables[0][1].rows else ["model", "rating"]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([by, *names] if by else names)
    for value, table in tables:
        for row in table.rows:
            fields = ["" if field is None else field for field in row.values()]
            writer.writerow([value, *fields] if by else fields)
    return out.getvalue()


def as_text(tables: Sequence[tuple[str | None, RatedTable]], method: Method, by: str | None) -> str:
    """Return aligned columns, with what a reader must know below them."""
    parts = []
    for value, table in tables:
        heading = f"{by}: {value}\n\n" if by else ""
        parts.append(heading + _aligned(table) + "\n".join(_notes(table, method)) + "\n")
    return "\n".join(parts)


def as_latex(tables: Sequence[tuple[str | None, RatedTable]], method: Method, by: str | None) -> str:
    """Return a tabular for each table."""
    parts = []
    for value, table in tables:
        lines = [r"\begin{tabular}{lrrrrrrr}", r"\hline", " & ".join(COLUMNS) + r" \\", r"\hline"]
        lines += [" & ".join(escaped(cell) for cell in _cells(row)) + r" \\" for row in table.rows]
        lines += [r"\hline", r"\end{tabular}"]
        if by:
            lines.insert(0, f"% {by}: {value}")
        lines += [f"% {note}" for note in _notes(table, method)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


RENDERERS: dict[str, Callable[[Sequence[tuple[str | None, RatedTable]], Method, str | None], str]] = {
    "table": as_text,
    "json": as_json,
    "csv": as_csv,
    "latex": as_latex,
}


def _described(table: RatedTable) -> dict[str, Any]:  # Any: plain JSON values
    diagnostics = asdict(table)
    return {"ratings": diagnostics.pop("rows"), "diagnostics": diagnostics}


def method_as_json(method: Method) -> dict[str, Any]:  # Any: plain JSON values
    """Return the choices behind a table."""
    return {**asdict(method), "covariates": list(method.covariates)}


def _aligned(table: RatedTable) -> str:
    heading, *lines = aligned([list(COLUMNS), *(_cells(row) for row in table.rows)])
    text = heading + "\n"
    for number, line in enumerate(lines):
        if number and table.rows[number]["component"] != table.rows[number - 1]["component"]:
            text += "\n"
        text += line + "\n"
    return text + "\n"


def aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    """Return lines of cells as text, the first column to the left and the others to the right."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return [
        "  ".join(
            [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        ).rstrip()
        for line in lines
    ]


def _cells(row: RatingRow) -> list[str]:
    lower, upper, best, worst = row["rating_lower"], row["rating_upper"], row["rank_best"], row["rank_worst"]
    rank = "" if best is None else (str(best) if best == worst else f"{best}-{worst}")
    return [
        row["model"] + (" *" if row["preliminary"] and row["rating"] is not None else ""),
        "" if row["rating"] is None else f"{row['rating']:.1f}",
        "" if lower is None or upper is None else f"{lower:.1f} to {upper:.1f}",
        rank,
        f"{row['n_votes']:,}",
        "" if row["n_voters"] is None else f"{row['n_voters']:,}",
        _percent(row["win_rate"]),
        _percent(row["both_bad_rate"]),
    ]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def _notes(table: RatedTable, method: Method) -> list[str]:
    what = f"{table.comparisons:,} comparisons of {table.rows_read:,} votes; ties: {method.ties}"
    notes = [f"{what}; {round(100 * method.level)} % intervals by {method.interval}, clusters: {method.cluster}."]
    if table.effective_sample_size < 0.999 * table.comparisons:
        notes.append(f"Weights leave an effective sample of {table.effective_sample_size:,.0f} comparisons.")
    if len(table.components) > 1:
        notes.append("Models of different blocks never met, so their ratings have no common scale.")
    missing = sum(component["missing_units"] > 0 for component in table.components)
    if missing:
        notes.append("No intervals and ranks where fewer than ten independent units voted.")
    if any(row["preliminary"] and row["rating"] is not None for row in table.rows):
        notes.append("* preliminary: fewer than 30 comparisons or 10 voters; not ranked.")
    for row in table.coefficients:
        reach = "" if row["points_lower"] is None else f" ({row['points_lower']:.1f} to {row['points_upper']:.1f})"
        unit = "being on side A" if row["name"] == SIDE else f"{row['name']}: one standard deviation"
        notes.append(f"{unit} is worth {row['points']:.1f} points{reach}.")
    return notes


def escaped(text: str) -> str:
    """Return text as LaTeX shows it."""
    return "".join(LATEX_ESCAPES.get(character, character) for character in text)
