from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from arena.battles.errors import BattleClosedError, ConversationFullError, PromptRefusedError, TurnRunningError
from arena.battles.models import Battle, Completion, Turn
from arena.battles.services.turns import close_overdue_turns, continue_battle, fail_turn, retry_turn, stop_turn
from arena.battles.services.voting import cast_vote
from tests.factories import make_battle, make_ready_battle


def statuses(turn: Turn) -> list[tuple[int, str, str]]:
    return list(turn.completions.order_by("attempt", "side").values_list("attempt", "side", "status"))


def test_continue_battle_adds_a_turn_with_both_sides(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    turn = continue_battle(battle_id=battle.pk, prompt=" And the sea? ")

    assert (turn.index, turn.prompt, turn.status) == (1, "And the sea?", "running")
    assert statuses(turn) == [(1, "a", "queued"), (1, "b", "queued")]


def test_continue_battle_is_refused_while_a_turn_runs(arena: SimpleNamespace) -> None:
    with pytest.raises(TurnRunningError):
        continue_battle(battle_id=make_battle(arena).pk, prompt="And the sea?")


def test_continue_battle_is_refused_before_the_release(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    Turn.objects.update(released_at=timezone.now() + timedelta(seconds=5))

    with pytest.raises(TurnRunningError):
        continue_battle(battle_id=battle.pk, prompt="And the sea?")


def test_continue_battle_is_refused_after_the_vote(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    cast_vote(battle_id=battle.pk, winner="tie")

    with pytest.raises(BattleClosedError):
        continue_battle(battle_id=battle.pk, prompt="And the sea?")


def test_continue_battle_screens_the_prompt(arena: SimpleNamespace) -> None:
    with pytest.raises(PromptRefusedError):
        continue_battle(battle_id=make_ready_battle(arena).pk, prompt=" \n ")


def test_continue_battle_ends_with_a_full_conversation(arena: SimpleNamespace, settings: pytest.FixtureRequest) -> None:
    settings.MAX_TURNS = 1  # type: ignore[attr-defined]  # pytest-django's wrapper

    with pytest.raises(ConversationFullError):
        continue_battle(battle_id=make_ready_battle(arena).pk, prompt="And the sea?")


def test_stop_turn_ends_both_sides(arena: SimpleNamespace) -> None:
    turn = make_battle(arena).turns.get()

    stopped = stop_turn(battle_id=turn.battle_id)

    turn.refresh_from_db()
    assert (stopped, turn.status) == (True, "stopped")
    assert statuses(turn) == [(1, "a", "stopped"), (1, "b", "stopped")]


def test_stop_turn_changes_nothing_after_the_release(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    assert stop_turn(battle_id=battle.pk) is False
    assert battle.turns.get().status == "complete"


def test_stop_turn_works_between_the_last_token_and_the_release(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    Turn.objects.update(released_at=timezone.now() + timedelta(seconds=5))

    assert stop_turn(battle_id=battle.pk) is True
    assert battle.turns.get().status == "stopped"


def test_retry_turn_makes_a_new_attempt_of_both_sides_and_keeps_the_old(arena: SimpleNamespace) -> None:
    turn = make_battle(arena).turns.get()
    stop_turn(battle_id=turn.battle_id)

    retry_turn(battle_id=turn.battle_id)

    turn.refresh_from_db()
    assert (turn.status, turn.attempt, turn.stopped_at) == ("running", 2, None)
    assert statuses(turn) == [(1, "a", "stopped"), (1, "b", "stopped"), (2, "a", "queued"), (2, "b", "queued")]


def test_retry_turn_twice_makes_one_attempt(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)
    stop_turn(battle_id=battle.pk)
    retry_turn(battle_id=battle.pk)

    with pytest.raises(TurnRunningError):
        retry_turn(battle_id=battle.pk)


def test_fail_turn_drops_the_other_side(arena: SimpleNamespace) -> None:
    turn = make_battle(arena).turns.get()

    failed = [fail_turn(turn_id=turn.pk, attempt=1, failure="engine_failed") for _ in range(2)]

    turn.refresh_from_db()
    assert (failed, turn.status, turn.failure) == ([True, False], "failed", "engine_failed")
    assert statuses(turn) == [(1, "a", "stopped"), (1, "b", "stopped")]
    assert set(turn.completions.values_list("failure", flat=True)) == {"dropped"}


def test_fail_turn_leaves_a_later_attempt_alone(arena: SimpleNamespace) -> None:
    turn = make_battle(arena).turns.get()
    stop_turn(battle_id=turn.battle_id)
    retry_turn(battle_id=turn.battle_id)

    assert fail_turn(turn_id=turn.pk, attempt=1, failure="engine_failed") is False


def test_close_overdue_turns_fails_only_late_ones(arena: SimpleNamespace) -> None:
    late, fresh = make_battle(arena), make_battle(arena)
    Turn.objects.filter(battle=late).update(started_at=timezone.now() - timedelta(hours=1))
    Completion.objects.filter(turn__battle=late, side="a").update(status="running")

    assert close_overdue_turns() == 1
    assert (late.turns.get().status, late.turns.get().failure) == ("failed", "timeout")
    assert fresh.turns.get().status == "running"
    assert list(late.turns.get().completions.order_by("side").values_list("status", "failure")) == [
        ("failed", "timeout"),
        ("stopped", "dropped"),
    ]
    assert Battle.objects.filter(status="open").count() == 2
    assert Completion.objects.filter(turn__battle=fresh, status="queued").count() == 2
