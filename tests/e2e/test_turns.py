"""Stop, retry, follow up, skip."""

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import LONG_PROMPT

pytestmark = pytest.mark.e2e

JUDGED = """SELECT t.index, c.attempt, c.side FROM battles_vote v
            JOIN battles_vote_judged j ON j.vote_id = v.id
            JOIN battles_completion c ON c.id = j.completion_id
            JOIN battles_turn t ON t.id = c.turn_id WHERE v.battle_id = %s ORDER BY 1, 2, 3"""


def test_stopped_turn_is_retried_followed_up_and_voted_on(arena, visitor, album):
    page = visitor.page
    battle_id = visitor.ask(LONG_PROMPT)
    visitor.wait_for_text(20)

    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#vote-hint")).to_contain_text("You stopped this turn.")
    stopped = visitor.answers()
    expect(visitor.vote_button("tie")).to_be_disabled()
    page.keyboard.press("t")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("#battle-body")).to_have_attribute("data-attempt", "2")
    visitor.wait_for_vote()
    assert arena.stored_votes(battle_id) == []
    page.get_by_label("Or ask both a follow-up").fill("Say it in one sentence.")
    page.keyboard.press("Enter")
    expect(page.locator("#battle-body")).to_have_attribute("data-turn", "1")
    visitor.wait_for_vote()
    expect(page.locator(".turn")).to_have_count(2)
    visitor.vote("model_b")

    attempts = arena.rows(
        """SELECT t.index, c.attempt, c.status FROM battles_completion c JOIN battles_turn t ON t.id = c.turn_id
           WHERE t.battle_id = %s ORDER BY 1, 2, 3""",
        battle_id,
    )
    assert attempts == [(0, 1, "stopped")] * 2 + [(0, 2, "done")] * 2 + [(1, 1, "done")] * 2
    assert arena.rows(JUDGED, battle_id) == [(0, 2, "a"), (0, 2, "b"), (1, 1, "a"), (1, 1, "b")]
    assert all(len(text) > 0 for text in stopped)


def test_skip_is_recorded_with_its_reason_and_is_no_vote(arena, visitor):
    page = visitor.page
    battle_id = visitor.ask()
    visitor.wait_for_text(1)

    page.get_by_text("Skip this comparison").click()
    page.get_by_label("The content makes me uncomfortable").check()
    page.get_by_label("Anything to add? (optional)").fill("Not for me.")
    page.get_by_role("button", name="Skip", exact=True).click()

    expect(page.get_by_text("You skipped this comparison. It does not count as a vote.")).to_be_visible()
    skips = arena.rows("SELECT reason, note FROM battles_skip WHERE battle_id = %s", battle_id)
    assert skips == [("uncomfortable", "Not for me.")]
    assert arena.stored_votes(battle_id) == []
    assert arena.rows("SELECT status FROM battles_battle WHERE id = %s", battle_id) == [("skipped",)]
    expect(page.locator("#reveal")).to_have_count(0)
