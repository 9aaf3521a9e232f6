"""A curator's morning with prompts: a proposal and a file with bad rows, reviewed by key; the import is undone."""

import csv
import io

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import LOOKS
from tests.e2e.objections import objections
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

GOOD, BAD = 186, 14
WORKER_MILLISECONDS = 60_000
PROPOSAL = "Why do cats purr, and do lions purr too?"
REASON = "It asks two things."


def morning_file() -> bytes:
    """200 rows, of which 14 have no text or a category that does not exist."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["key", "text", "category", "language"])
    things = ("kettle", "harbour", "violin", "ladder", "lantern", "bridge")
    for number in range(GOOD):
        writer.writerow([f"morning-{number}", f"Why is {things[number % 6]} {number * 7919} there?", "explain", "en"])
    for number in range(BAD):
        writer.writerow([f"bad-{number}", "" if number % 2 else f"Where is {number}?", "nowhere", "en"])
    return text.getvalue().encode()


def test_proposals_and_imports_go_through_the_review(administrator, visit, album):
    rater = visit(java_script_enabled=False)
    curator = visit(storage_state=administrator.state)
    page = curator.page
    found = {}

    def look(name: str) -> None:
        for each in LOOKS:
            each.apply(page)
            album.keep(page, name, each, whole=False)
            found[f"{name} {each}"] = objections(page)
            wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found[f"{name} {each}, too wide"] = [wider] if wider > 0 else []

    propose(rater)
    refuse_by_key(curator)
    rater.page.reload()
    expect(rater.page.get_by_role("listitem").filter(has_text=PROPOSAL)).to_contain_text(REASON)

    curator.open("/prompts/imports/")
    look("prompts-imports")
    page.get_by_label("File (CSV, JSONL or Parquet)").set_input_files(
        {"name": "morning.csv", "mimeType": "text/csv", "buffer": morning_file()}
    )
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_role("heading", name="Rejected rows")).to_be_visible(timeout=WORKER_MILLISECONDS)
    expect(page.get_by_text("There is no category “nowhere”.").first).to_be_visible()
    look("prompts-preview")
    imported = page.url
    page.get_by_role("button", name=f"Import {GOOD} rows").click()
    expect(page.get_by_role("button", name="Undo the whole import")).to_be_visible(timeout=WORKER_MILLISECONDS)

    curator.open("/prompts/review/")
    title, text = page.locator(".queue-title"), page.locator(".review-text")
    expect(title).to_have_text(f"{GOOD} prompts wait for review")
    page.keyboard.press("a")
    expect(title).to_have_text(f"{GOOD - 1} prompts wait for review")
    expect(text).to_contain_text("harbour")
    page.keyboard.press("s")
    expect(text).to_contain_text("violin")
    look("prompts-review")

    page.goto(imported)
    page.get_by_role("button", name="Undo the whole import").click()
    expect(page.get_by_text(f"{GOOD} prompts were removed.")).to_be_visible(timeout=WORKER_MILLISECONDS)
    curator.open("/prompts/review/")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    assert {name: rules for name, rules in found.items() if rules} == {}


def propose(rater: Visitor) -> None:
    page = rater.page
    rater.open()
    page.get_by_role("link", name="Propose a prompt").click()
    page.get_by_label("Your prompt").fill(PROPOSAL)
    page.get_by_label("Its language").select_option("en")
    page.get_by_label("Category").select_option(label="Explain")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send it in").click()
    expect(page.get_by_role("status")).to_contain_text("Your prompt waits for review")
    expect(page.get_by_role("listitem").filter(has_text=PROPOSAL)).to_contain_text("in review")


def refuse_by_key(curator: Visitor) -> None:
    """Approve, think better of it, and send the prompt back with a reason; no hand leaves the keyboard."""
    page = curator.page
    curator.open("/prompts/review/")
    expect(page.locator(".review-text")).to_have_text(PROPOSAL)
    page.keyboard.press("a")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(".review-text")).to_have_text(PROPOSAL)
    page.keyboard.press("r")
    page.keyboard.type(REASON)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"sent back ({REASON})")).to_be_visible()
