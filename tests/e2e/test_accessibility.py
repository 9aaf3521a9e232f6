"""axe finds nothing on any page, at either size, in either theme; and each page fits a narrow phone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import LOOKS, Look
from tests.e2e.objections import objections
from tests.e2e.visitor import LONG_PROMPT

pytestmark = pytest.mark.e2e

PAGES = {
    "home": "/",
    "about": "/about/",
    "consent": "/consent/",
    "history-empty": "/battles/mine/",
    "leaderboard": "/leaderboard/",
    "leaderboard-simulated": "/leaderboard/simulated-raters/",
    "missing": "/nowhere/",
    "login": "/accounts/login/",
    "login-admin": "/accounts/login/?next=/admin/",
    "signup": "/accounts/signup/",
    "signup-passkey": "/accounts/signup/passkey/",
}
NARROW = Look("narrow", 360, 740, "light")


def overflow(page):
    """By how many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_axe_finds_nothing_on_pages(visit, album, look):
    visitor = visit(look)
    visitor.expect_complaint("404")

    found = {}
    for name, path in PAGES.items():
        visitor.open(path)
        album.keep(visitor.page, name, look)
        found[name] = objections(visitor.page)

    assert {name: rules for name, rules in found.items() if rules} == {}


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_axe_finds_nothing_on_the_first_pages_of_the_staff(visit, administrator, look):
    visitor = visit(look, storage_state=administrator.state)
    found = {}

    for path in ("/admin/", "/dashboard/"):
        visitor.open(path)
        found[path] = objections(visitor.page)

    assert found == {"/admin/": [], "/dashboard/": []}


def test_axe_finds_nothing_on_the_page_that_makes_the_administrator(administrator):
    assert administrator.objections == []


def test_axe_finds_nothing_while_answers_stream(visitor, album):
    # Looking takes longer than an answer, so the stream is held still: the page no longer hears of what comes.
    visitor.ask(LONG_PROMPT)
    visitor.wait_for_text(30)
    visitor.lose_connection()

    found = {}
    for look in LOOKS:
        look.apply(visitor.page)
        album.keep(visitor.page, "battle-streaming", look)
        found[str(look)] = objections(visitor.page)
    running = visitor.is_running()

    assert running
    assert {look: rules for look, rules in found.items() if rules} == {}


def test_axe_finds_nothing_before_and_after_the_vote(visitor, album):
    visitor.ask()
    visitor.wait_for_vote()

    found = {}
    for look in LOOKS:
        look.apply(visitor.page)
        album.keep(visitor.page, "battle-votable", look)
        found[f"votable {look}"] = objections(visitor.page)
    visitor.vote("model_a")
    for look in LOOKS:
        look.apply(visitor.page)
        album.keep(visitor.page, "battle-revealed", look)
        found[f"revealed {look}"] = objections(visitor.page)
    visitor.open("/battles/mine/")
    for look in LOOKS:
        look.apply(visitor.page)
        album.keep(visitor.page, "history", look)
        found[f"history {look}"] = objections(visitor.page)

    assert {state: rules for state, rules in found.items() if rules} == {}


def test_pages_fit_a_narrow_phone(visit):
    visitor = visit(NARROW)
    visitor.expect_complaint("404")
    page = visitor.page
    too_wide = {}

    for name, path in PAGES.items():
        visitor.open(path)
        too_wide[name] = overflow(page)
    visitor.ask(f"Why is the sky {'pneumonoultramicroscopicsilicovolcanoconiosis' * 2} blue?")
    visitor.wait_for_text(5)
    too_wide["streaming"] = overflow(page)
    visitor.wait_for_vote()
    too_wide["votable"] = overflow(page)
    visitor.vote("tie")
    too_wide["revealed"] = overflow(page)

    assert {name: pixels for name, pixels in too_wide.items() if pixels > 0} == {}


def test_theme_button_turns_the_page_dark_and_is_remembered(visitor):
    visitor.open()
    background = "getComputedStyle(document.documentElement).backgroundColor"
    light = visitor.page.evaluate(background)

    visitor.page.get_by_role("button", name="Dark theme").click()
    dark = visitor.page.evaluate(background)
    visitor.open("/about/")

    expect(visitor.page.get_by_role("button", name="Dark theme")).to_have_attribute("aria-pressed", "true")
    assert light != dark
    assert visitor.page.evaluate(background) == dark
