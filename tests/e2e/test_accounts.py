"""A rater makes an account, and finds their battles again: by a code of the mail folder and by a passkey."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import LOOKS, PHONE
from tests.e2e.objections import objections
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e


def newest_code(folder: Path, seen: set[Path]) -> str:
    """Read the code in the mail that came after those `seen`, and add it to them."""
    deadline = time.monotonic() + 10
    while not (new := set(folder.glob("*.eml")) - seen):
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.1)
    [mail] = new
    seen.add(mail)
    return re.search(r"^[\d-]{9}$", mail.read_text(), re.MULTILINE)[0]


class FingerprintReader:
    """One of the visitor's device, which agrees until told otherwise."""

    def __init__(self, visitor: Visitor) -> None:
        self._browser = visitor.context.new_cdp_session(visitor.page)
        self._browser.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        added = self._browser.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "isUserVerified": True}})
        self._id = added["authenticatorId"]

    def agree(self, *, to: bool) -> None:
        """From now on take the finger for the right one, or for another's."""
        self._browser.send("WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": to})


def test_votes_come_along_to_an_account_and_to_a_second_browser(arena, visit):
    mails = arena.folder / "mail"
    seen = set(mails.glob("*.eml"))
    first, second = visit(), visit()
    for visitor in (first, second):
        # A passkey belongs to a name, and 127.0.0.1 is none.
        visitor.url = visitor.url.replace("127.0.0.1", "localhost")
    battle = first.ask()
    first.wait_for_vote()
    first.vote("model_a")

    # Sign up by a code.
    page = first.page
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="Make one").click()
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_text(str(mails))).to_be_visible()
    assert objections(page) == []
    page.get_by_label("Code", exact=True).fill(newest_code(mails, seen))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(first.url + "/")
    first.open("/battles/mine/")
    expect(page.locator(f'a[href="/battles/{battle}/"]')).to_be_visible()

    # Add a passkey, sign out, and sign in with it.
    FingerprintReader(first)
    page.get_by_role("link", name="Your account").click()
    assert objections(page) == []
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    first.open("/accounts/")
    page.get_by_role("button", name="Sign out").click()
    first.open("/battles/mine/")
    expect(page.locator(f'a[href="/battles/{battle}/"]')).to_have_count(0)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(first.url + "/")
    first.open("/battles/mine/")
    expect(page.locator(f'a[href="/battles/{battle}/"]')).to_be_visible()

    # A second browser votes, then signs in by a code; both browsers show both battles.
    other = second.ask()
    second.wait_for_vote()
    second.vote("tie")
    seen.update(mails.glob("*.eml"))
    second.page.get_by_role("link", name="Sign in").click()
    second.page.get_by_label("E-mail address").fill("ada@example.org")
    second.page.get_by_role("button", name="Send me a code").click()
    second.page.get_by_label("Code", exact=True).fill(newest_code(mails, seen))
    second.page.get_by_role("button", name="Go on").click()
    second.page.wait_for_url(second.url + "/")
    for visitor in (first, second):
        visitor.open("/battles/mine/")
        for voted in (battle, other):
            expect(visitor.page.locator(f'a[href="/battles/{voted}/"]')).to_be_visible()
    assert arena.rows("SELECT count(*) FROM raters_rater WHERE merged_into_id IS NOT NULL") == [(1,)]


def test_account_is_made_by_passkey_alone(arena, visit, album):
    mails = arena.folder / "mail"
    seen = set(mails.glob("*.eml"))
    visitor = visit(PHONE)
    # A passkey belongs to a name, and 127.0.0.1 is none.
    visitor.url = visitor.url.replace("127.0.0.1", "localhost")
    page = visitor.page

    visitor.open("/accounts/login/")
    page.get_by_role("link", name="Make one").click()
    page.get_by_role("link", name="Sign up with a passkey").click()
    assert objections(page) == []
    page.get_by_label("Email").fill("grace@example.org")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code", exact=True).fill(newest_code(mails, seen))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Make your passkey")).to_be_visible()
    assert objections(page) == []
    for look in LOOKS:
        look.apply(page)
        album.keep(page, "signup-by-passkey", look)

    # The wrong finger is said in the page, and the right one can still be given, also by Enter. The reader comes only
    # now, as taking pictures would put it away.
    reader = FingerprintReader(visitor)
    reader.agree(to=False)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("the passkey was not given")
    reader.agree(to=True)
    page.get_by_label("Name").fill("Grace's phone")
    page.get_by_label("Name").press("Enter")
    page.wait_for_url(visitor.url + "/")

    visitor.open("/accounts/")
    expect(page.get_by_text("Grace's phone")).to_be_visible()
    expect(page.get_by_text("grace@example.org")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(visitor.url + "/")
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
