"""The first administrator of the arena, made through the page behind the one-time link."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import StorageState

from tests.e2e.objections import Objection, objections
from tests.e2e.visitor import Visitor

NAME = "first-admin"
PASSWORD = "a long enough phrase 7"


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who was made, where they landed, the cookies with which they are logged in, and what axe said of the form."""

    name: str
    password: str
    landed_on: str
    state: StorageState
    objections: list[Objection]


def become_administrator(visitor: Visitor, path: str) -> Administrator:
    """Fill in the page behind the link."""
    page = visitor.page
    visitor.open(path)
    objected = objections(page)
    page.get_by_label("Username").fill(NAME)
    page.get_by_label("Password:", exact=True).or_(page.get_by_label("Password", exact=True)).fill(PASSWORD)
    page.get_by_label("Password confirmation").fill(PASSWORD)
    page.get_by_role("button", name="Create the administrator").click()
    page.get_by_role("link", name="Later").click()
    page.wait_for_url("**/admin/")
    return Administrator(NAME, PASSWORD, urlsplit(page.url).path, visitor.context.storage_state(), objected)
