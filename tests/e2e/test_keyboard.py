"""The same way on a phone's screen, by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import PHONE

pytestmark = pytest.mark.e2e

FOCUSED = "() => document.activeElement?.innerText?.trim() || document.activeElement?.id || ''"
MANY_TABS = 40


def tab_to(page, name):
    """Press Tab until the thing called so has the focus, as a person without a mouse does."""
    for _ in range(MANY_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(name):
            return
    pytest.fail(f"no way to {name!r} by Tab")


def test_keyboard_leads_from_home_to_the_leaderboard(arena, visit, album):
    visitor = visit(PHONE)
    page = visitor.page
    visitor.open()

    tab_to(page, "Surprise me")
    page.keyboard.press("Enter")
    surprised = visitor.battle_id()
    visitor.wait_for_text(5)
    page.keyboard.press("t")  # too early, so nothing may happen
    album.keep(page, "battle-streaming", PHONE, whole=False)
    assert arena.stored_votes(surprised) == []
    visitor.wait_for_vote()
    album.keep(page, "battle-votable", PHONE, whole=False)
    page.keyboard.press("t")
    visitor.wait_for_reveal()
    expect(page.locator("#reveal")).to_be_focused()
    album.keep(page, "battle-revealed", PHONE)

    tab_to(page, "New battle")
    page.keyboard.press("Enter")
    page.wait_for_url(arena.url + "/")
    tab_to(page, "id_prompt")
    page.keyboard.type("Name three colours.")
    page.keyboard.press("Control+Enter")
    asked = visitor.battle_id()
    visitor.wait_for_vote()
    tab_to(page, "Say why")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # in a field beside the buttons, where it means nothing
    album.keep(page, "battle-saying-why", PHONE)
    assert arena.stored_votes(asked) == []
    page.keyboard.press("b")
    visitor.wait_for_reveal()
    tab_to(page, "See the leaderboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    assert arena.stored_votes(surprised) == ["tie"]
    assert arena.stored_votes(asked) == ["model_b"]
    assert arena.rows("SELECT strength FROM battles_vote WHERE battle_id = %s", asked) == [(2,)]
    approved = """SELECT p.status, r.text = t.prompt FROM battles_battle b
                  JOIN prompts_promptrevision r ON r.id = b.prompt_revision_id
                  JOIN prompts_prompt p ON p.id = r.prompt_id
                  JOIN battles_turn t ON t.battle_id = b.id WHERE b.id = %s"""
    assert arena.rows(approved, surprised) == [("approved", True)]


def test_keyboard_goes_past_the_navigation_with_one_link(visitor):
    visitor.open("/about/")

    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.locator("#main")).to_be_focused()


def test_keys_do_not_vote_while_a_follow_up_is_written(arena, visitor):
    battle_id = visitor.ask()
    visitor.wait_for_vote()

    field = visitor.page.get_by_label("Or ask both a follow-up")
    field.focus()
    visitor.page.keyboard.type("a t n b s")

    expect(field).to_have_value("a t n b s")
    expect(visitor.page.locator("#skip")).not_to_have_attribute("open", "")
    assert arena.stored_votes(battle_id) == []
