"""How the cells of a head-to-head table are stored: column by column, because each cell's names would be most of it."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from ratings.snapshot_rows import SnapshotCell

COUNTS = ("row", "column", "wins", "ties", "losses", "both_bad")
CHANCES = ("win_probability", "win_lower", "win_upper")


class CellsField(models.JSONField):
    """A list of `SnapshotCell` in Python, and in the database one list for each of their keys.

    Tens of thousands of cells take less than half the room and time of a list of objects. Such lists, which snapshots
    from before have, are read as they are.
    """

    def get_db_prep_value(
        self,
        value: object,
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002  Django's signature
    ) -> object:
        return super().get_db_prep_value(_columns(value) if isinstance(value, list) else value, connection, prepared)

    def from_db_value(self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper) -> object:
        stored = super().from_db_value(value, expression, connection)
        return _cells(stored) if isinstance(stored, dict) and COUNTS[0] in stored else stored


def _columns(cells: list[dict[str, Any]]) -> dict[str, list[Any]]:  # Any: plain JSON values
    return {name: [cell.get(name) for cell in cells] for name in COUNTS + CHANCES}


def _cells(columns: dict[str, list[Any]]) -> list[SnapshotCell]:  # Any: as above
    counts = zip(*(columns[name] for name in COUNTS), strict=True)
    cells = [
        SnapshotCell(row=row, column=column, wins=wins, ties=ties, losses=losses, both_bad=bad)
        for row, column, wins, ties, losses, bad in counts
    ]
    for cell, chance, lower, upper in zip(cells, *(columns[name] for name in CHANCES), strict=True):
        if chance is not None:
            cell["win_probability"], cell["win_lower"], cell["win_upper"] = chance, lower, upper
    return cells
