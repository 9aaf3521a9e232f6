"""What axe objects to on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Objection = tuple[str, list[str], str]


def objections(page: Page) -> list[Objection]:
    """Return each rule that the page breaks, with the first place where it does and what to do about it."""
    violations = Axe().run(page).response["violations"]
    return [(rule["id"], rule["nodes"][0]["target"], rule["nodes"][0].get("failureSummary", "")) for rule in violations]
