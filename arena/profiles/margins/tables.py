"""Margins as tables, read from CSV with errors that say what to do; pure functions."""

import csv
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arena.profiles.errors import ProfileError

COUNT, SHARE = "count", "share"
# A cell may stand for several answers, as in `other|hispanic`.
OR = "|"
MOST_FIELDS, MOST_CELLS, MOST_CHARS = 6, 400, 100_000
# By how much shares may miss one, so that rounded ones pass.
ROUNDING = 0.01


class MarginsError(ProfileError):
    """A file of margins cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class MarginTable:
    """How many people of a population are in each cell of some fields.

    `cells` has, for each cell, the answers to each of `fields` that count in it, and a positive number of people.
    """

    fields: tuple[str, ...]
    cells: Mapping[tuple[tuple[str, ...], ...], float]

    @property
    def total(self) -> float:
        """How many people the table is of; 1 where it has shares."""
        return sum(self.cells.values())

    def by_field(self) -> dict[str, dict[tuple[str, ...], float]]:
        """Return the table of each field by itself: groups of answers, with the number of people."""
        alone: dict[str, dict[tuple[str, ...], float]] = {field: defaultdict(float) for field in self.fields}
        for cell, count in self.cells.items():
            for field, group in zip(self.fields, cell, strict=True):
                alone[field][group] += count
        return alone

    def cell_of(self, said: Mapping[str, str]) -> int | None:
        """Return the position of the cell that somebody with these values is in; None where they are in none."""
        answers = tuple(said.get(field) for field in self.fields)
        for place, cell in enumerate(self.cells):
            if all(answer in among for answer, among in zip(answers, cell, strict=True)):
                return place
        return None


def read_margin_tables(text: str, known_fields: Collection[str] | None = None) -> tuple[MarginTable, ...]:
    """Return the tables of a CSV file: a column for each field, and one with the count or the share of each cell.

    A row that leaves a field empty belongs to the table of the fields that it fills: so a file may hold one table of
    age by gender, or one of age and another of gender. Lines that begin with # are remarks. Without `known_fields`, any
    field will do, as for a file that was checked before.

    Raises
    ------
    MarginsError
        When a column, a row or a table cannot be used.
    """
    if len(text) > MOST_CHARS:
        raise MarginsError(_("The file is too long. Margins need a row for each cell, not for each person."))
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip() and not line.startswith("#")]
    header, *rows = [[cell.strip() for cell in row] for row in csv.reader(lines)] or [[]]
    fields, amount = _columns(header, known_fields)
    if not rows:
        raise MarginsError(_("The file has no rows below its first line."))
    if len(rows) > MOST_CELLS:
        raise MarginsError(
            _("The file has more than %(most)s cells. Use fewer or wider groups.") % {"most": MOST_CELLS}
        )
    tables: dict[tuple[str, ...], dict[tuple[tuple[str, ...], ...], float]] = {}
    for number, row in enumerate(rows, start=2):
        filled, cell, people = _row(row, fields, number)
        table = tables.setdefault(filled, {})
        _check_new(table, cell, number)
        table[cell] = people
    found = tuple(MarginTable(filled, table) for filled, table in tables.items())
    _check_totals(found, amount)
    _check_groups(found)
    return found


def _columns(header: Sequence[str], known_fields: Collection[str] | None) -> tuple[Sequence[str], str]:
    *fields, amount = header or [""]
    if amount not in {COUNT, SHARE}:
        raise MarginsError(_("The last column of the first line has to be “count” or “share”."))
    if not 1 <= len(fields) <= MOST_FIELDS or len(set(fields)) < len(fields):
        raise MarginsError(
            _("Before it, the first line names one to %(most)s fields, each once.") % {"most": MOST_FIELDS}
        )
    unknown = ", ".join(field for field in fields if known_fields is not None and field not in known_fields)
    if unknown:
        raise MarginsError(_("Nobody is asked for: %(fields)s. Use the fields of the survey.") % {"fields": unknown})
    return fields, amount


def _row(
    row: Sequence[str], fields: Sequence[str], number: int
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], float]:
    if len(row) != len(fields) + 1:
        raise MarginsError(_("Row %(number)s does not have as many cells as the first line.") % {"number": number})
    filled = tuple(field for field, value in zip(fields, row[:-1], strict=True) if value)
    cell = tuple(tuple(value.split(OR)) for value in row[:-1] if value)
    if not filled:
        raise MarginsError(_("Row %(number)s names no group.") % {"number": number})
    try:
        people = float(row[-1])
    except ValueError:
        people = math.nan
    if not (math.isfinite(people) and people > 0):
        raise MarginsError(
            _("Row %(number)s: “%(value)s” is not a number above 0. Leave out a group that nobody is in.")
            % {"number": number, "value": row[-1]}
        )
    return filled, cell, people


def _check_new(table: Iterable[tuple[tuple[str, ...], ...]], cell: tuple[tuple[str, ...], ...], number: int) -> None:
    for other in table:
        if all(set(these) & set(those) for these, those in zip(cell, other, strict=True)):
            raise MarginsError(_("Row %(number)s is about people whom a row above it counts too.") % {"number": number})


def _check_totals(tables: Sequence[MarginTable], amount: str) -> None:
    for table in tables:
        if len(table.cells) < 2:  # noqa: PLR2004 - one group is everybody
            raise MarginsError(_("“%(fields)s” has only one group.") % {"fields": ", ".join(table.fields)})
        if amount == SHARE and abs(table.total - 1) > ROUNDING:
            raise MarginsError(
                _("The shares of “%(fields)s” add up to %(total)s instead of 1.")
                % {"fields": ", ".join(table.fields), "total": f"{table.total:.3f}"}
            )


def _check_groups(tables: Sequence[MarginTable]) -> None:
    """Make sure that no answer counts in two groups of one field."""
    for table in tables:
        for field, groups in table.by_field().items():
            answers = [answer for group in groups for answer in group]
            twice = sorted({answer for answer in answers if answers.count(answer) > 1})
            if twice:
                raise MarginsError(
                    _("“%(field)s”: %(answers)s is in several groups. Give it the same group in all rows.")
                    % {"field": field, "answers": ", ".join(twice)}
                )
