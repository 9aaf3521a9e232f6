"""A newcomer's way from the home page to the leaderboard, with a mouse."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.e2e.looks import DESKTOP

pytestmark = pytest.mark.e2e

HUMAN_VOTES = "SELECT count(*) FROM battles_vote WHERE kind = 'human'"


def test_mouse_leads_from_home_to_the_leaderboard(arena, visitor, album):
    page = visitor.page
    onlooker = visitor.context.new_page()
    onlooker.goto(arena.url + "/leaderboard/")
    shown_before = onlooker.locator("#board").get_attribute("data-number")

    battle_id = visitor.ask()
    expect(page.locator("#vote-hint")).to_contain_text("You can vote when both answers are complete.")
    page.get_by_role("button", name="A is better").click(force=True)
    visitor.wait_for_text()
    page.get_by_role("button", name="A is better").click(force=True)
    album.keep(page, "battle-streaming", DESKTOP, whole=False)
    assert arena.stored_votes(battle_id) == []
    visitor.wait_for_vote()
    visitor.vote("model_a")

    album.keep(page, "battle-revealed", DESKTOP)
    assert arena.stored_votes(battle_id) == ["model_a"]
    names = arena.contestants(battle_id)
    reveal = page.locator("#reveal")
    expect(reveal.get_by_role("heading")).to_have_text(f"You preferred A, which was {names[0]}.")
    expect(reveal.locator("th[data-side]")).to_have_text([f"A {names[0]}", f"B {names[1]}"])
    facts = dict(row.split("\t", 1) for row in reveal.locator("tbody").inner_text().splitlines())
    assert re.fullmatch(r"(Hugging Face|Parallax demo \(deliberately damaged\))(\t|$)", facts["Made by"].split("\t")[0])
    assert facts["Licence"] == "Apache-2.0\tApache-2.0"
    assert re.fullmatch(r"(\d+ million parameters\t?){2}", facts["Size"])
    assert re.fullmatch(r"\d+\.\d s\t\d+\.\d s", facts["Time"])
    assert re.fullmatch(r"\d+\t\d+", facts["Tokens"])

    [(votes,)] = arena.rows(HUMAN_VOTES)
    counted = onlooker.locator(".board-facts div", has_text="Votes, both bad included").locator("dd")
    expect(counted).to_have_text(str(votes), timeout=20_000)
    assert onlooker.locator("#board").get_attribute("data-number") != shown_before
    page.get_by_role("link", name="See the leaderboard").click()
    expect(page.locator(".board-table tbody th").filter(has_text=names[0]).first).to_be_visible()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="My battles").click()
    item = page.locator(".battles li")
    expect(item).to_have_count(1)
    expect(item).to_contain_text("A is better")
    item.get_by_role("link").click()
    assert visitor.battle_id() == battle_id
    visitor.wait_for_reveal()


def test_panes_show_equally_much_until_one_answer_has_ended(arena, visitor):
    battle_id = visitor.ask()
    visitor.wait_for_vote()

    pace = visitor.page.evaluate("parallaxProbe.pace")
    lengths = list(map(len, arena.stored_answers(battle_id)))

    assert len(pace) > 10
    unequal = [(a, b) for a, b in pace if a != b]
    # Once a side differs, the shorter one has been shown to its end.
    assert [pair for pair in unequal if min(pair) != min(lengths)] == []
    assert all(before <= after for side in zip(*pace, strict=True) for before, after in pairwise(side))


def test_battle_does_not_exist_for_another_rater(arena, visit):
    owner, stranger = visit(), visit()
    stranger.ask()
    stranger.page.get_by_role("button", name="Stop").click()
    stranger.expect_complaint("404")
    path = f"/battles/{owner.ask()}/"

    before = stranger.page.goto(arena.url + path)
    owner.wait_for_vote()
    owner.vote("both_bad")
    after = stranger.page.goto(arena.url + path)

    assert (before.status, after.status) == (404, 404)
    expect(stranger.page.get_by_role("heading", name="Not in sight")).to_be_visible()
    assert owner.page.reload().status == 200
