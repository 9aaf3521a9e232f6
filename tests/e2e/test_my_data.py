"""A rater decides, on a phone and by keyboard: allows examples, withdraws, erases everything and gets a receipt."""

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import DESKTOP, PHONE, PHONE_DARK
from tests.e2e.objections import objections

pytestmark = pytest.mark.e2e


def test_rater_decides_and_erases_by_keyboard(arena, visit, album):
    visitor = visit(PHONE)
    page = visitor.page
    battle = visitor.ask()
    visitor.wait_for_vote()
    page.keyboard.press("t")
    visitor.wait_for_reveal()
    page.get_by_role("link", name="your choices").press("Enter")
    choice = page.locator("#choice-publication")
    found = {}

    choice.get_by_role("button", name="Allow").press("Enter")
    expect(choice.get_by_text("allowed", exact=True)).to_be_visible()
    for look in (PHONE_DARK, DESKTOP, PHONE):
        look.apply(page)
        album.keep(page, "my-data", look)
        found[f"my data {look}"] = objections(page)
    choice.get_by_role("button", name="Allow no longer").press("Enter")
    expect(choice.get_by_text("not allowed", exact=True)).to_be_visible()
    decided = "SELECT given FROM studies_consentdecision WHERE purpose = 'publication' ORDER BY id"
    decisions = arena.rows(decided)
    page.get_by_role("link", name="Erase everything…").press("Enter")
    album.keep(page, "my-data-erase", PHONE)
    found["erase"] = objections(page)
    page.get_by_label("I want everything erased that I gave").press("Space")
    page.get_by_role("button", name="Erase everything").press("Enter")
    expect(page.get_by_role("heading", name="Your data is erased")).to_be_visible()
    album.keep(page, "my-data-receipt", PHONE)
    found["receipt"] = objections(page)

    assert decisions == [(True,), (False,)]
    assert {name: rules for name, rules in found.items() if rules} == {}
    assert arena.rows("SELECT id FROM battles_battle WHERE id = %s", battle) == []
    assert arena.rows(decided) == []
    visitor.open("/my-data/")
    expect(page.get_by_text("Nothing is kept of you here")).to_be_visible()
