"""What a rater sees whom a rate limit refuses: when to try again, and that nothing of theirs is lost."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect
from redis import Redis

from arena.safety.rate_limits import Activity, Caller, RateLimiter
from tests.e2e.looks import DESKTOP_DARK, PHONE
from tests.e2e.objections import objections

pytestmark = pytest.mark.e2e

REFUSED = "That was a lot in a short time. Please wait"
WHEN = re.compile(rf"{REFUSED} \d+ seconds? and try again\.")


class Allowance:
    """What a rater may still do, counted where the arena counts it."""

    def __init__(self, url: str, rater: str) -> None:
        self._limiter = RateLimiter(url, rates=settings.RATES, network_factor=1)
        self._redis = Redis.from_url(url)
        self._caller = Caller(rater=rater)

    def spend(self, *activities: Activity) -> None:
        """Use up all of it, as if the rater had done so much within the minute."""
        for activity in activities:
            while not self._limiter.seconds_to_wait(activity, self._caller):
                pass

    def renew(self) -> None:
        """Forget what was done, as if the time had passed."""
        self._redis.delete(*self._redis.scan_iter(f"*rates*{self._caller.rater}*"))


@pytest.fixture
def allowance_of(arena, live_services):
    """Makes the allowance of the rater of a battle."""

    def make(battle_id):
        [(rater,)] = arena.rows("SELECT rater_id FROM battles_battle WHERE id = %s", battle_id)
        return Allowance(live_services.redis.url, str(rater))

    return make


def test_refused_rater_keeps_everything_and_learns_when_to_try_again(arena, visitor, allowance_of, album):
    visitor.expect_complaint("status of 429")
    page = visitor.page
    battle_id = visitor.ask()
    allowance = allowance_of(battle_id)

    # The page itself may not be fetched for a while when both answers are complete, more often than it asks by itself.
    page.route("**/battles/*/", lambda route: route.fulfill(status=429, headers={"Retry-After": "0.2"}), times=6)
    visitor.wait_for_vote()
    allowance.spend(Activity.PROMPT, Activity.VOTE)

    page.get_by_label("Or ask both a follow-up").fill("And at night?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert").filter(has_text=WHEN)).to_be_visible()
    expect(page.get_by_label("Or ask both a follow-up")).to_have_value("And at night?")

    visitor.vote_button("model_b").click()
    expect(page.get_by_role("alert").filter(has_text="Your choice is kept here.")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text=WHEN)).to_be_visible()
    expect(visitor.vote_button("model_b")).to_have_attribute("data-chosen", "")
    expect(page.get_by_label("Or ask both a follow-up")).to_have_value("And at night?")
    assert arena.stored_votes(battle_id) == []
    for look in (DESKTOP_DARK, PHONE):
        look.apply(page)
        album.keep(page, "rate-limit-vote", look)
    assert objections(page) == []

    allowance.renew()
    page.get_by_role("button", name="Try again").click()
    visitor.wait_for_reveal()
    assert arena.stored_votes(battle_id) == ["model_b"]

    allowance.spend(Activity.PROMPT)
    visitor.open()
    page.get_by_label("Your question for both").fill("Why is the sea salty?")
    page.get_by_role("button", name="Compare two answers").click()
    expect(page.get_by_role("alert").filter(has_text=WHEN)).to_be_visible()
    visitor.open(f"/battles/{battle_id}/")
    visitor.open()
    expect(page.get_by_label("Your question for both")).to_have_value("Why is the sea salty?")

    allowance.spend(Activity.PAGE)
    visitor.open("/about/")
    expect(page.get_by_role("heading", name="Too many at once")).to_be_visible()
    expect(page.get_by_text(WHEN)).to_be_visible()
    for look in (DESKTOP_DARK, PHONE):
        look.apply(page)
        album.keep(page, "rate-limit-page", look)
    assert objections(page) == []
    allowance.renew()
    page.get_by_role("link", name="Try again").click()
    expect(page).to_have_url(re.compile("/about/$"))
    expect(page.get_by_role("heading", name="Too many at once")).to_have_count(0)
