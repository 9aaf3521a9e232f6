"""A whole scored conversation with the real models: by keyboard, blind to its end, and readable by everybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looks import LOOKS, Album
from tests.e2e.objections import objections
from tests.e2e.visitor import ANSWER_MILLISECONDS

pytestmark = pytest.mark.e2e


def wait_for_scores(page: Page) -> None:
    hint = page.locator("#vote-hint")
    expect(hint).to_have_text("All answers are complete. Score each of them.", timeout=ANSWER_MILLISECONDS)


def score_by_keyboard(page: Page, steps: dict[str, int]) -> None:
    for letter, number in steps.items():
        slider = page.get_by_label(f"How good is answer {letter}?")
        slider.focus()
        for _ in range(abs(number)):
            page.keyboard.press("ArrowRight" if number > 0 else "ArrowLeft")
    page.get_by_role("button", name="Save the scores").click()


def look_at(page: Page, album: Album, name: str) -> None:
    for look in LOOKS:
        look.apply(page)
        album.keep(page, name, look)


def test_conversation_is_scored_by_keyboard_and_tells_the_models_at_its_end(arena, visitor, album):
    page = visitor.page
    visitor.expect_complaint("409")
    visitor.open()
    page.get_by_role("link", name="Talk with up to four models").click()
    look_at(page, album, "conversation-start")
    page.get_by_label("What matters to me").check()
    page.get_by_label("How do you begin?").fill("Is it fair to tax the rich more?")
    page.get_by_role("button", name="Begin the conversation").click()
    battle_id = visitor.battle_id()
    wait_for_scores(page)
    page.get_by_role("button", name="Save the scores").click()
    expect(page.get_by_role("alert")).to_contain_text("Please score every answer first.")
    look_at(page, album, "conversation-scores")
    objected = objections(page)
    assert page.get_by_label("How good is answer A?").get_attribute("aria-valuetext") == "in the middle"

    score_by_keyboard(page, {"A": 3, "B": -2, "C": 1, "D": 2})
    expect(page.get_by_text("You went on with this one")).to_have_count(1)
    page.get_by_label("Go on talking with the one you liked best").fill("And the poor?")
    page.keyboard.press("Enter")
    wait_for_scores(page)
    expect(page.locator("[data-current-turn] .pane")).to_have_count(2)
    score_by_keyboard(page, {"A": 1, "B": 4})
    page.get_by_label("What did you think of the conversation?").fill("It listened.")
    look_at(page, album, "conversation-finish")
    objected += objections(page)
    page.get_by_role("button", name="Finish and see who answered").click()

    expect(page.get_by_role("heading", name="You went on with A, which was")).to_be_visible()
    expect(page.locator("#reveal tbody tr")).to_have_count(4)
    look_at(page, album, "conversation-reveal")
    assert [*objected, *objections(page)] == []
    scores = arena.rows(
        """SELECT side, value, turn.index FROM battles_score score JOIN battles_completion answer
           ON answer.id = score.completion_id JOIN battles_turn turn ON turn.id = answer.turn_id
           WHERE turn.battle_id = %s ORDER BY turn.index, side""",
        battle_id,
    )
    assert scores == [("a", 53, 0), ("b", 48, 0), ("c", 51, 0), ("d", 52, 0), ("a", 51, 1), ("b", 54, 1)]
