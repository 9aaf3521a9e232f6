"""What a failed side leads to, in the database."""

from types import SimpleNamespace

import pytest

from arena.battles.models import AbandonedDraw, Battle, Completion
from arena.battles.selectors import blind_battle, streamed_turn
from arena.battles.services.completing import claim_completion, fail_completion, finish_completion
from arena.battles.services.turns import close_overdue_turns, retry_turn, stop_turn
from arena.battles.streaming import Answer, stream_key
from models_registry.models import Contestant
from models_registry.redis_connection import client
from tests.factories import make_arena, make_battle, make_contestant, make_conversation

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

SIDES = pytest.mark.parametrize("side", ["a", "b"])


@pytest.fixture
def arena(redis_client: object) -> SimpleNamespace:
    return make_arena()


def current(battle: Battle, side: str) -> Completion:
    return Completion.objects.current().get(turn__battle=battle, side=side)


def fail(battle: Battle, side: str, failure: str = "engine_failed", text: str = "") -> None:
    completion = current(battle, side)
    claim_completion(completion_id=completion.pk, worker="tester")
    answer = Answer(text=text, times=[1] if text else [], lengths=[len(text)] if text else [])
    fail_completion(completion_id=completion.pk, failure=failure, answer=answer)


def rows(battle: Battle) -> list[tuple[int, str, int, str]]:
    found = Completion.objects.filter(turn__battle=battle).order_by("attempt", "side", "try_number")
    return list(found.values_list("attempt", "side", "try_number", "status"))


@SIDES
def test_first_failure_asks_that_side_again_and_keeps_why(arena: SimpleNamespace, side: str) -> None:
    battle = make_battle(arena)

    fail(battle, side)

    failed = Completion.objects.get(turn__battle=battle, status="failed")
    assert (failed.side, failed.replaced, failed.failure, failed.worker) == (side, True, "engine_failed", "tester")
    assert (current(battle, side).try_number, current(battle, side).status) == (2, "queued")
    assert battle.turns.get().status == "running"


@SIDES
def test_second_failure_draws_again_without_the_one_that_failed(arena: SimpleNamespace, side: str) -> None:
    battle = make_battle(arena)
    failing = getattr(battle, f"snapshot_{side}").contestant
    make_contestant()

    fail(battle, side)
    fail(battle, side)

    battle.refresh_from_db()
    draw = AbandonedDraw.objects.get()
    assert failing not in {battle.snapshot_a.contestant, battle.snapshot_b.contestant}
    # Two were left, so there was one pair to draw.
    assert (battle.draw_probability, draw.draw_probability) == (1.0, 1.0)
    assert (draw.failed_side, draw.failure, draw.attempt, draw.matchmaker) == (side, "engine_failed", 1, "test")
    assert [row for row in rows(battle) if row[0] == 2] == [(2, "a", 1, "queued"), (2, "b", 1, "queued")]
    other = Completion.objects.get(turn__battle=battle, attempt=1, status="stopped")
    assert other.failure == "dropped"


@SIDES
def test_failure_that_nobody_can_take_over_ends_the_turn(arena: SimpleNamespace, side: str) -> None:
    battle = make_battle(arena)

    fail(battle, side)
    fail(battle, side)

    turn = battle.turns.get()
    assert (turn.status, turn.failure) == ("failed", "engine_failed")
    assert not AbandonedDraw.objects.exists()


@SIDES
def test_failure_after_something_was_shown_ends_the_turn(arena: SimpleNamespace, side: str) -> None:
    battle = make_battle(arena)
    make_contestant()
    client().xadd(stream_key(current(battle, "b" if side == "a" else "a").pk), {"t": "Some text"})

    fail(battle, side, text="Some other text")

    assert battle.turns.get().status == "failed"
    assert len(rows(battle)) == 2


@SIDES
def test_failure_with_text_on_that_side_alone_was_not_shown(arena: SimpleNamespace, side: str) -> None:
    battle = make_battle(arena)

    fail(battle, side, text="Nobody saw this")

    assert battle.turns.get().status == "running"


def test_silence_draws_again_at_once(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)
    make_contestant()

    fail(battle, "a", "timeout")

    assert AbandonedDraw.objects.get().failure == "timeout"


def test_battle_is_drawn_three_times_at_most(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)
    for _ in range(6):
        make_contestant()

    for _ in range(3):
        fail(battle, "b", "timeout")
        battle.refresh_from_db()

    assert AbandonedDraw.objects.count() == 2
    assert battle.turns.get().status == "failed"


def test_turn_that_its_rater_retried_keeps_its_pair(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)
    make_contestant()
    stop_turn(battle_id=battle.pk)
    retry_turn(battle_id=battle.pk)

    fail(battle, "a", "timeout")

    assert battle.turns.get().status == "failed"
    assert not AbandonedDraw.objects.exists()


def test_late_report_of_a_replaced_try_changes_nothing(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)
    fail(battle, "a")
    replaced = Completion.objects.get(replaced=True)

    stored = finish_completion(
        completion_id=replaced.pk,
        answer=Answer(text="Late.", times=[1], lengths=[5], ended_ms=2),
        finish_reason="stop",
        prompt_tokens=1,
        completion_tokens=1,
    )
    fail_completion(completion_id=replaced.pk, failure="crashed", answer=Answer())

    assert stored is False
    assert Completion.objects.get(pk=replaced.pk).failure == "engine_failed"
    assert battle.turns.get().status == "running"


def test_dropped_contestant_may_be_drawn_later(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)
    fail(battle, "a", "timeout")

    assert Contestant.objects.in_draw().count() == 2


def opening(arena: SimpleNamespace, *, contestants: int = 4) -> Battle:
    """A conversation whose answers still wait."""
    return make_conversation(arena, contestants=contestants, is_answered=False)


def answer(battle: Battle, side: str) -> None:
    completion = current(battle, side)
    claim_completion(completion_id=completion.pk)
    finish_completion(
        completion_id=completion.pk,
        answer=Answer(text="Fine.", times=[1], lengths=[5], ended_ms=2),
        finish_reason="stop",
        prompt_tokens=1,
        completion_tokens=1,
    )


def test_side_of_an_opening_is_asked_again_and_then_left_out(arena: SimpleNamespace) -> None:
    battle = opening(arena)
    for side in "abd":
        answer(battle, side)

    fail(battle, "c")
    waiting = battle.turns.get().status
    fail(battle, "c")

    turn = battle.turns.get()
    assert (waiting, turn.status) == ("running", "complete")
    assert list(blind_battle(battle).turns[0].answers) == ["a", "b", "d"]
    assert streamed_turn(battle.pk).streams.keys() == {"a", "b", "d"}


def test_opening_with_one_answer_left_is_drawn_again_without_those_that_failed(arena: SimpleNamespace) -> None:
    battle = opening(arena, contestants=3)
    failed = {battle.snapshot_a.contestant, battle.snapshot_b.contestant}
    make_contestant()

    fail(battle, "a", "timeout")
    fail(battle, "b", "timeout")

    battle.refresh_from_db()
    draw = AbandonedDraw.objects.get()
    assert battle.turns.get().attempt == 2
    assert failed.isdisjoint({battle.snapshot_a.contestant, battle.snapshot_b.contestant})
    assert (battle.snapshot_c, draw.failed_side) == (None, "b")
    assert draw.snapshot_c is not None


def test_overdue_opening_goes_on_with_the_answers_that_came(arena: SimpleNamespace, settings: SimpleNamespace) -> None:
    battle = opening(arena)
    for side in "ad":
        answer(battle, side)
    claim_completion(completion_id=current(battle, "b").pk)
    settings.TURN_DEADLINE = 0

    close_overdue_turns()

    assert battle.turns.get().status == "complete"
    assert list(blind_battle(battle).turns[0].answers) == ["a", "d"]
