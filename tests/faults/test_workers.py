"""Generation workers that die, models that misbehave, messages that come twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from celery import Celery

from tests.faults.faulty_arena import FaultyArena
from tests.faults.seed import SLOW
from tests.faults.visiting import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.faults]

COULD_NOT_ANSWER = "One of the models could not answer"
TRIES = """SELECT c.side, c.attempt, c.try_number, c.status, c.failure FROM battles_completion c
           JOIN battles_turn t ON t.id = c.turn_id WHERE t.battle_id = %s ORDER BY c.id"""


def test_worker_killed_in_the_middle_of_an_answer_is_told_soon_and_a_retry_works(
    arena: FaultyArena, visitor: Visitor
) -> None:
    arena.draw_only("slow-1", "slow-2")
    battle = visitor.start()
    visitor.wait_for_text(battle)

    arena.end("generation")
    visitor.wait_for(battle, "failed", seconds=30)

    assert COULD_NOT_ANSWER in visitor.page(battle)
    assert visitor.vote(battle, "tie").status_code == 409
    arena.begin("generation")
    visitor.retry(battle)
    visitor.wait_for(battle, "complete")
    visitor.vote_until_saved(battle, "model_a")


def test_worker_killed_before_anything_was_shown_is_replaced_unseen(arena: FaultyArena, visitor: Visitor) -> None:
    arena.draw_only("late-1", "late-2")
    battle = visitor.start()
    arena.wait_until(lambda: [row[3] for row in arena.rows(TRIES, battle)] == ["running", "running"])

    arena.end("generation")
    arena.begin("generation")
    visitor.wait_for(battle, "complete")

    tries = arena.rows(TRIES, battle)
    assert [row[3:] for row in tries] == [("failed", "worker_lost")] * 2 + [("done", "")] * 2
    assert {row[2] for row in tries[2:]} == {2}
    visitor.vote_until_saved(battle, "tie")


def test_two_workers_with_the_same_message_give_one_answer(arena: FaultyArena, visitor: Visitor) -> None:
    arena.begin("second-generation")
    arena.wait_until(lambda: len(arena.redis_keys("gen:worker:*")) == 2)
    arena.draw_only("slow-1", "slow-2")
    broker = Celery(broker=arena.services.redis.url)

    battle = visitor.start()
    query = "SELECT c.id FROM battles_completion c JOIN battles_turn t ON t.id = c.turn_id WHERE t.battle_id = %s"
    ids = [row[0] for row in arena.rows(query, battle)]
    with ThreadPoolExecutor(4) as pool:
        for completion in ids * 4:
            pool.submit(
                broker.send_task, "battles.complete", kwargs={"completion_id": completion}, queue="generation"
            ).result()
    visitor.wait_for(battle, "complete")
    arena.end("second-generation")

    query = query.replace("c.id", "c.text")
    assert {str(text) for (text,) in arena.rows(query, battle)} == {SLOW}
    assert len(arena.rows(TRIES, battle)) == 2
    visitor.vote_until_saved(battle, "model_b")


@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize("broken", ["silent", "broken"])
def test_model_that_fails_at_once_is_drawn_out_unseen(
    arena: FaultyArena, visitor: Visitor, broken: str, side: str
) -> None:
    battle = _start_with(arena, visitor, broken, side)

    visitor.wait_for(battle, "complete")

    assert "could not answer" not in visitor.page(battle)
    [(failed_side,)] = arena.rows("SELECT failed_side FROM battles_abandoneddraw WHERE battle_id = %s", battle)
    assert failed_side == side
    visitor.vote_until_saved(battle, "tie")


def _start_with(arena: FaultyArena, visitor: Visitor, broken: str, side: str) -> str:
    """Return a battle of the broken model on that side, while others could take over."""
    query = f"""SELECT c.slug FROM battles_battle b
                JOIN models_registry_contestantsnapshot s ON s.id = b.snapshot_{side}_id
                JOIN models_registry_contestant c ON c.id = s.contestant_id WHERE b.id = %s"""  # noqa: S608 - our own
    while True:
        arena.draw_only(broken, "late-1")
        battle = visitor.start()
        drawn = arena.rows(query, battle)
        arena.draw_only(broken, "late-1", "quick-1", "quick-2")
        if drawn == [(broken,)]:
            return battle
        visitor.skip(battle)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [("broken", COULD_NOT_ANSWER), ("truncated", COULD_NOT_ANSWER), ("silent", "took too long")],
)
def test_model_that_nobody_can_replace_ends_the_turn_in_plain_words(
    arena: FaultyArena, visitor: Visitor, broken: str, sentence: str
) -> None:
    arena.draw_only(broken, "slow-1")
    battle = visitor.start()

    visitor.wait_for(battle, "failed")

    page = visitor.page(battle)
    assert sentence in page
    assert "The script says so" not in page
    assert visitor.vote(battle, "tie").status_code == 409


def test_slow_model_is_waited_for(arena: FaultyArena, visitor: Visitor) -> None:
    arena.draw_only("slow-1", "quick-1")
    battle = visitor.start()

    visitor.wait_for(battle, "complete")

    visitor.vote_until_saved(battle, "both_bad")
