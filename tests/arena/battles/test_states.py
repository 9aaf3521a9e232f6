"""The table of transitions, in Python and in the database."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from arena.battles.models import Battle, Completion, Turn
from arena.battles.services.voting import cast_vote
from arena.battles.states import BATTLE, COMPLETION, TURN, Table, advance, sources
from tests.factories import make_battle, make_ready_battle

# What a row needs in each state, so that only the step between two of them can be refused.
OF_PAIRS = {"conversation_type": "", "chosen_side": ""}
FITTING: Mapping[str, dict[str, object]] = {
    "open": {"ended_at": None, **OF_PAIRS},
    "voted": {"ended_at": timezone.now(), **OF_PAIRS},
    "scored": {"ended_at": timezone.now(), "conversation_type": "values", "chosen_side": "a"},
    "skipped": {"ended_at": timezone.now(), **OF_PAIRS},
    "ended": {"ended_at": timezone.now(), **OF_PAIRS},
    "complete": {"released_at": timezone.now()},
}
TURN_FIELDS = {state: {"released_at": None} | FITTING.get(state, {}) for state in TURN}
COMPLETION_FIELDS = {state: {"text": "An answer.", "ended_ms": 1} for state in COMPLETION}


def put(rows: QuerySet, state: str, fields: Mapping[str, object]) -> None:
    """Set a state whatever it was before, as nobody but a test may."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        rows.update(status=state, **fields)
        cursor.execute("SET LOCAL session_replication_role = origin")


def allowed_steps(rows: QuerySet, table: Table, fields: Mapping[str, Mapping[str, object]]) -> dict[str, set[str]]:
    """Return which steps the database allows, found by trying each."""
    steps: dict[str, set[str]] = {before: set() for before in table}
    for before in table:
        for after in set(table) - {before}:
            put(rows, before, fields[before])
            try:
                with transaction.atomic():
                    rows.update(status=after, **fields[after])
            except IntegrityError:
                continue
            steps[before].add(after)
    return steps


def plain(table: Table) -> dict[str, set[str]]:
    return {str(before): {str(state) for state in after} for before, after in table.items()}


def test_battle_steps_in_the_database_are_those_of_the_table(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)

    assert allowed_steps(Battle.objects.filter(pk=battle.pk), BATTLE, FITTING) == plain(BATTLE)


def test_turn_steps_in_the_database_are_those_of_the_table(arena: SimpleNamespace) -> None:
    turn = make_battle(arena).turns.get()

    assert allowed_steps(Turn.objects.filter(pk=turn.pk), TURN, TURN_FIELDS) == plain(TURN)


def test_completion_steps_in_the_database_are_those_of_the_table(arena: SimpleNamespace) -> None:
    completion = make_battle(arena).turns.get().completions.get(side="a")

    found = allowed_steps(Completion.objects.filter(pk=completion.pk), COMPLETION, COMPLETION_FIELDS)

    assert found == plain(COMPLETION)


def test_sources_are_the_states_before() -> None:
    assert sources(TURN, "running") == {"stopped", "failed"}
    assert sources(COMPLETION, "queued") == frozenset()


def test_advance_moves_only_what_may_go_there(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)
    rows = Completion.objects.filter(turn__battle=battle)

    moved = [advance(rows, to="running"), advance(rows, to="running"), advance(rows, to="stopped", failure="dropped")]

    assert moved == [2, 0, 2]
    assert set(rows.values_list("status", "failure")) == {("stopped", "dropped")}


@pytest.mark.parametrize(
    "change",
    [
        lambda turns: turns.update(status="stopped", released_at=None),
        lambda turns: turns.update(attempt=2),
    ],
    ids=["status", "attempt"],
)
def test_turn_that_was_judged_never_changes(arena: SimpleNamespace, change: Callable[[QuerySet[Turn]], object]) -> None:
    battle = make_ready_battle(arena)
    cast_vote(battle_id=battle.pk, winner="tie")

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        change(battle.turns.all())


def test_attempt_never_falls(arena: SimpleNamespace) -> None:
    turns = make_battle(arena).turns.all()
    turns.update(attempt=2, started_at=timezone.now() - timedelta(seconds=1))

    with pytest.raises(IntegrityError, match="never comes back"), transaction.atomic():
        turns.update(attempt=1)
