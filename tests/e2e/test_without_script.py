"""Everything that matters works before any script runs, and where none ever does."""

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import ANSWER_MILLISECONDS, SHORT_PROMPT

pytestmark = pytest.mark.e2e

# A new arena compiles its loops before its first board.
FIRST_BOARD_SECONDS = 60
PUBLISHED = "SELECT 1 FROM ratings_leaderboard WHERE slug = 'simulated-raters' AND current_id IS NOT NULL"
REASONS = """SELECT v.side, r.key FROM battles_votereason v
             JOIN studies_reasonrevision w ON w.id = v.revision_id JOIN studies_reason r ON r.id = w.reason_id
             JOIN battles_vote b ON b.id = v.vote_id WHERE b.battle_id = %s ORDER BY v.side"""


def reload_until_complete(page):
    """Do what the page says: reload to see progress."""
    deadline = time.monotonic() + ANSWER_MILLISECONDS / 1000
    while "Both answers are complete" not in page.locator("#vote-hint").inner_text():
        assert time.monotonic() < deadline
        page.wait_for_timeout(500)
        page.locator("noscript a").click()


def test_vote_works_without_script(arena, visit):
    visitor = visit(java_script_enabled=False)
    page = visitor.page

    battle_id = visitor.ask()
    expect(page.get_by_text(SHORT_PROMPT)).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("This page does not update by itself here.")
    reload_until_complete(page)
    expect(page.locator(".answer.prose")).to_have_count(2)
    page.get_by_text("Say why (optional)").click()
    page.get_by_role("group", name="Answer B").get_by_label("Hard to follow").check()
    visitor.vote("tie")

    expect(page.get_by_role("heading", name="You called it a tie.")).to_be_visible()
    assert page.url == f"{arena.url}/battles/{battle_id}/"
    assert arena.stored_votes(battle_id) == ["tie"]
    assert arena.rows(REASONS, battle_id) == [("b", "unclear")]


def test_leaderboard_is_readable_without_script(arena, visit):
    arena.wait_until(lambda: arena.rows(PUBLISHED), FIRST_BOARD_SECONDS)
    visitor = visit(java_script_enabled=False)

    visitor.open("/leaderboard/simulated-raters/")

    expect(visitor.page.get_by_text("No person cast these votes.")).to_be_visible()
    expect(visitor.page.locator(".board-table").first.locator("tbody tr")).to_have_count(4)
