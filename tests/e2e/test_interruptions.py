"""What a person comes back to after a reload, a lost connection, or in a second window."""

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import LONG_PROMPT

pytestmark = pytest.mark.e2e


def begins_with(longer, shorter):
    return [text.startswith(start) for text, start in zip(longer, shorter, strict=True)]


def test_reload_in_the_middle_of_an_answer_goes_on(arena, visitor):
    battle_id = visitor.ask(LONG_PROMPT)
    visitor.wait_for_text(40)
    before = visitor.answers()

    visitor.page.reload()
    after = visitor.answers()
    running = visitor.is_running()
    visitor.wait_for_vote()
    visitor.page.keyboard.press("a")
    visitor.wait_for_reveal()

    stored = arena.stored_answers(battle_id)
    assert running
    assert begins_with(after, before) == [True, True]
    assert begins_with(stored, after) == [True, True]
    assert len(stored) == 2


def test_lost_network_is_said_and_the_answer_goes_on(arena, visitor):
    battle_id = visitor.ask(LONG_PROMPT)
    visitor.wait_for_text(20)

    visitor.lose_connection()
    notice = visitor.page.locator("#battle-connection")
    expect(notice).to_have_text("Connection lost, trying again…")
    before = visitor.answers()
    visitor.context.set_offline(offline=False)
    visitor.wait_for_vote()

    expect(notice).to_have_text("")
    stored = arena.stored_answers(battle_id)
    assert begins_with(stored, before) == [True, True]
    assert list(before) != stored


def test_killed_web_server_comes_back_and_the_answer_goes_on(arena, visitor):
    visitor.expect_complaint("ERR_CONNECTION_REFUSED|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
    battle_id = visitor.ask(LONG_PROMPT)
    visitor.wait_for_text(20)

    arena.kill_web_server()
    before = visitor.answers()
    visitor.wait_for_vote()
    visitor.vote("tie")

    assert begins_with(arena.stored_answers(battle_id), before) == [True, True]
    assert arena.stored_votes(battle_id) == ["tie"]


def test_second_window_shows_the_same_and_the_vote_of_the_first(arena, visitor):
    battle_id = visitor.ask(LONG_PROMPT)
    second = visitor.context.new_page()
    second.goto(visitor.page.url)

    visitor.wait_for_vote()
    expect(second.locator("#vote-hint")).to_have_text("Both answers are complete. Which is better?")
    shown = [page.locator("#conversation").inner_text() for page in (visitor.page, second)]
    visitor.page.bring_to_front()
    visitor.page.keyboard.press("n")
    visitor.wait_for_reveal()

    assert shown[0] == shown[1]
    expect(second.get_by_role("heading", name="You found both answers bad.")).to_be_visible()
    assert arena.stored_votes(battle_id) == ["both_bad"]
