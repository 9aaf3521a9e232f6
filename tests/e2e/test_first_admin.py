"""The link that the launcher prints makes one administrator, who then finds their way in."""

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import DESKTOP

pytestmark = pytest.mark.e2e


def test_first_admin_link_makes_one_account(arena, administrator):
    accounts = arena.rows("SELECT username, is_superuser, is_staff FROM auth_user WHERE is_staff")

    assert administrator.landed_on == "/admin/"
    assert accounts == [(administrator.name, True, True)]


def test_first_admin_link_is_refused_the_second_time(arena, administrator, visitor):
    visitor.expect_complaint("410")

    answer = visitor.page.goto(arena.url + arena.first_admin_path)

    assert answer.status == 410
    expect(visitor.page.get_by_text("This link can no longer be used")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Create the administrator")).to_have_count(0)


def test_administrator_reads_battles_and_votes(arena, administrator, visit, album):
    rater = visit()
    battle_id = rater.ask()
    rater.wait_for_vote()
    rater.vote("model_b")
    visitor = visit(storage_state=administrator.state)
    page = visitor.page

    visitor.open("/admin/")
    album.keep(page, "admin", DESKTOP)
    page.locator("#battles-battle").get_by_role("link", name="Battles").click()
    expect(page.get_by_role("link", name=battle_id)).to_be_visible()
    album.keep(page, "admin-battles", DESKTOP, whole=False)
    page.get_by_role("link", name=battle_id).click()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    visitor.open("/admin/battles/vote/")
    expect(page.locator("#result_list tbody tr").filter(has_text=battle_id)).to_have_count(1)


def test_admin_asks_a_stranger_to_log_in(arena, administrator, visitor):
    visitor.open("/admin/")

    visitor.page.get_by_label("Login", exact=True).fill(administrator.name)
    visitor.page.get_by_label("Password", exact=True).fill(administrator.password)
    visitor.page.get_by_role("button", name="Sign in", exact=True).click()

    expect(visitor.page.locator("#user-tools")).to_contain_text(administrator.name)
    assert visitor.page.url == arena.url + "/admin/"
