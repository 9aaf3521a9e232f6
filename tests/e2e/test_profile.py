"""A rater describes themselves, on a phone and by keyboard: leaves, comes back, corrects, and sees it under My data."""

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import DESKTOP, PHONE, PHONE_DARK
from tests.e2e.objections import objections

pytestmark = pytest.mark.e2e


def test_rater_fills_in_a_profile_by_keyboard(arena, visit, album):
    visitor = visit(PHONE)
    page = visitor.page
    found = {}

    def look_at(name: str, *looks) -> None:
        for look in looks:
            look.apply(page)
            album.keep(page, name, look)
            found[f"{name} {look}"] = objections(page)
        PHONE.apply(page)

    visitor.open("/profile/")
    look_at("profile-invitation", PHONE)
    page.get_by_role("button", name="Agree and begin").press("Enter")
    page.get_by_label("Very well").press("Space")
    look_at("profile-question", PHONE_DARK, DESKTOP)
    page.get_by_role("button", name="Save and go on").press("Enter")
    page.get_by_role("button", name="Prefer not to say").press("Enter")
    page.get_by_label("No", exact=True).press("Space")
    page.keyboard.press("Enter")
    # Nobody who uses no language model is asked what for: the sliders come next.
    slider = page.get_by_label("writes well and clearly", exact=True)
    for _ in range(10):
        slider.press("ArrowRight")
    look_at("profile-sliders", PHONE)
    page.get_by_role("button", name="Save and go on").press("Enter")
    expect(page.get_by_role("heading", name="What do you value")).to_be_visible()
    visitor.open("/my-data/")
    page.get_by_role("link", name="Answers about yourself").press("Enter")
    look_at("profile-overview", PHONE_DARK, DESKTOP)
    page.get_by_role("link", name="Change").first.press("Enter")
    page.get_by_label("Somewhat").press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Somewhat", exact=True)).to_be_visible()
    page.get_by_role("link", name="Go on where I was").press("Enter")
    expect(page.get_by_role("heading", name="What do you value")).to_be_visible()

    [cookie] = [cookie for cookie in visitor.context.cookies() if cookie["name"] == "parallax_rater"]
    said = arena.rows(
        """SELECT value.field, value.value FROM profiles_answervalue value
           JOIN profiles_answer answer ON answer.id = value.answer_id WHERE answer.rater_id = %s ORDER BY value.id""",
        cookie["value"].partition(":")[0],
    )
    assert [row for row in said if row[0] in {"lm_familiarity", "lm_indirect_use", "stated_prefs.fluency"}] == [
        ("lm_familiarity", "very_familiar"),
        ("lm_indirect_use", "prefer_not_to_say"),
        ("stated_prefs.fluency", "60"),
        ("lm_familiarity", "somewhat_familiar"),
    ]
    assert {name: rules for name, rules in found.items() if rules} == {}
