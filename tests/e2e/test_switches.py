"""A researcher switches how a board is computed, on a phone, by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import LOOKS, PHONE
from tests.e2e.objections import objections
from tests.e2e.test_keyboard import tab_to

pytestmark = pytest.mark.e2e

BOARD = "/leaderboard/simulated-raters/"
DAVIDSON = "/leaderboard/simulated-raters/?ties=davidson"
# What stands beside a board follows it by some seconds.
ANALYSED_SECONDS = 60


def ratings(page):
    """The ratings on the board in front, from the top."""
    return [
        int(cell)
        for cell in page.locator("#board .board-table").first.locator("td.number:nth-child(3)").all_inner_texts()
    ]


def test_keyboard_flips_a_switch_and_the_numbers_move(arena, visit, album):
    arena.wait_until(lambda: arena.rows("SELECT 1 FROM ratings_analysis WHERE name = 'validation'"), ANALYSED_SECONDS)
    visitor = visit(PHONE)
    page = visitor.page
    visitor.open(BOARD)
    before = ratings(page)

    tab_to(page, "Compute it another way")
    page.keyboard.press("Enter")
    tab_to(page, "modelled (Davidson)")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(DAVIDSON) + "$"))

    expect(page.get_by_role("heading", name="What this changes")).to_be_visible()
    expect(page.get_by_role("link", name="modelled (Davidson)")).to_be_focused()
    after = ratings(page)
    # With a model of their own, ties no longer draw the ratings together.
    assert after[0] - after[-1] > before[0] - before[-1]
    page.go_back()
    expect(page.get_by_role("heading", name="What this changes")).to_have_count(0)
    assert ratings(page) == before
    found = {}
    for path in (DAVIDSON, f"{BOARD}pairs/", f"{BOARD}history/", f"{BOARD}groups/", "/leaderboard/methods/"):
        visitor.open(path)
        for look in LOOKS:
            look.apply(page)
            album.keep(page, re.sub(r"\W+", "-", path).strip("-"), look)
            found[path, str(look)] = objections(page)
    assert {place: rules for place, rules in found.items() if rules} == {}
