"""Which state may follow which: of a battle, of a turn, and of a completion.

A change of state is one conditional update (`advance`), so of several processes that want to change a row at the same
time one does. Triggers in the database hold the same table below all Python (`migrations/0004_states.py`).
"""

from collections.abc import Mapping
from typing import TypeVar

from django.db.models import Model, QuerySet

from arena.battles.models import Battle, Completion, Turn

Table = Mapping[str, frozenset[str]]
Row = TypeVar("Row", bound=Model)

BATTLE: Table = {
    Battle.Status.OPEN: frozenset(
        {Battle.Status.VOTED, Battle.Status.SCORED, Battle.Status.SKIPPED, Battle.Status.ENDED}
    ),
    Battle.Status.VOTED: frozenset(),
    Battle.Status.SCORED: frozenset(),
    Battle.Status.SKIPPED: frozenset(),
    Battle.Status.ENDED: frozenset(),
}

# A complete turn can be stopped as long as its end has not been shown; a stopped or failed one can be answered anew.
TURN: Table = {
    Turn.Status.RUNNING: frozenset({Turn.Status.COMPLETE, Turn.Status.STOPPED, Turn.Status.FAILED}),
    Turn.Status.COMPLETE: frozenset({Turn.Status.STOPPED}),
    Turn.Status.STOPPED: frozenset({Turn.Status.RUNNING}),
    Turn.Status.FAILED: frozenset({Turn.Status.RUNNING}),
}

# One that ended stays as it is: another try is another row.
COMPLETION: Table = {
    Completion.Status.QUEUED: frozenset(
        {Completion.Status.RUNNING, Completion.Status.STOPPED, Completion.Status.FAILED}
    ),
    Completion.Status.RUNNING: frozenset({Completion.Status.DONE, Completion.Status.STOPPED, Completion.Status.FAILED}),
    Completion.Status.DONE: frozenset(),
    Completion.Status.STOPPED: frozenset(),
    Completion.Status.FAILED: frozenset(),
}

TABLES: Mapping[type[Model], Table] = {Battle: BATTLE, Turn: TURN, Completion: COMPLETION}


def sources(table: Table, state: str) -> frozenset[str]:
    """Return the states from which `state` can be reached in one step."""
    return frozenset(before for before, after in table.items() if state in after)


def advance(rows: QuerySet[Row], *, to: str, **fields: object) -> int:
    """Move those of `rows` to state `to` that may go there, set `fields` with it, and return how many that were."""
    return rows.filter(status__in=sources(TABLES[rows.model], to)).update(status=to, **fields)
