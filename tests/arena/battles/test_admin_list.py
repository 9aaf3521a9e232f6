from datetime import UTC, datetime

import pytest

from arena.battles.models import Battle, Turn
from arena.battles.services.voting import cast_vote
from tests.factories import make_arena, make_battle, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

BATTLES = "/admin/battles/battle/"


@pytest.fixture
def arena():
    return make_arena()


@pytest.fixture
def listed(admin_client):
    """Returns the rows of a list, as its page shows them."""

    def ask(address, **query):
        return list(admin_client.get(address, query).context["cl"].result_list)

    return ask


def test_battles_are_found_by_their_key_and_that_of_their_rater(arena, listed):
    battle, _other = make_battle(arena), make_battle(arena)

    assert listed(BATTLES, q=str(battle.pk)) == [battle]
    assert listed(BATTLES, q=f" {battle.rater_id} ") == [battle]


def test_votes_are_found_by_key_and_by_nothing_else(arena, listed):
    battle = make_ready_battle(arena)
    vote = cast_vote(battle_id=battle.pk, winner="tie")

    assert listed("/admin/battles/vote/", q=str(battle.pk)) == [vote]
    assert listed("/admin/battles/vote/", q="tie") == []


@pytest.mark.parametrize(("page", "word"), [("battle", "SKY"), ("turn", "SKY"), ("completion", "another")])
def test_words_are_looked_for_in_the_newest_texts_only(arena, listed, monkeypatch, page, word):
    for _ in range(2):
        make_ready_battle(arena)
    found = listed(f"/admin/battles/{page}/", q=word)
    monkeypatch.setattr("arena.battles.admin_list.SEARCHED", 1)

    newest = listed(f"/admin/battles/{page}/", q=word)

    assert (len(found), newest) == (2, found[:1])


def test_list_ends_after_the_rows_that_are_counted_and_says_so(arena, admin_client, monkeypatch):
    monkeypatch.setattr("arena.battles.admin_list.LISTED", 1)
    make_battle(arena)
    alone = admin_client.get(BATTLES)
    make_battle(arena)

    more = admin_client.get(BATTLES)

    assert (alone.context["cl"].result_count, more.context["cl"].result_count) == (1, 1)
    assert "More rows fit" not in alone.content.decode()
    assert "More rows fit" in more.content.decode()


def test_dates_lead_to_the_days_of_a_month_and_back(arena, admin_client):
    first, last = make_battle(arena), make_battle(arena)
    Battle.objects.filter(pk=first.pk).update(created_at=datetime(2026, 1, 30, 12, tzinfo=UTC))
    Battle.objects.filter(pk=last.pk).update(created_at=datetime(2026, 2, 2, 12, tzinfo=UTC))

    year, month, day = (
        admin_client.get(BATTLES, query).context["cl"]
        for query in (
            {},
            {"created_at__year": "2026", "created_at__month": "1"},
            {"created_at__year": "2026", "created_at__month": "1", "created_at__day": "30"},
        )
    )

    assert [choice["title"] for choice in year.dates()["choices"]] == ["January 2026", "February 2026"]
    assert year.dates()["choices"][0]["link"] == "?created_at__month=1&created_at__year=2026"
    assert [choice["title"] for choice in month.dates()["choices"]] == ["January 30", "January 31"]
    assert month.dates()["back"] == {"title": "2026", "link": "?created_at__year=2026"}
    assert day.dates()["choices"] == [{"title": "January 30", "link": ""}]
    assert list(day.result_list) == [first]


def test_failures_that_can_be_chosen_are_those_there_were(arena, admin_client, listed):
    make_ready_battle(arena)
    turn = make_battle(arena).turns.get()
    turn.completions.filter(side="a").update(status="failed", failure="timeout", finished_at=turn.started_at)
    Turn.objects.filter(pk=turn.pk).update(status="failed", failure="timeout")

    page = admin_client.get("/admin/battles/turn/")

    (chosen,) = [spec for spec in page.context["cl"].filter_specs if spec.title == "failure"]
    assert chosen.lookup_choices == [("timeout", "timeout")]
    assert listed("/admin/battles/turn/", failure="timeout") == [turn]
    assert listed("/admin/battles/completion/", failure="timeout") == [turn.completions.get(side="a")]
    assert len(listed("/admin/battles/completion/", finish_reason="stop")) == 2
