"""The rate limits at each door: 429 with a time to come back, and nothing of what was given is lost."""

import re
from types import SimpleNamespace

import pytest
import redis
from django.test import Client
from django.urls import reverse

from arena.battles.models import Battle, Skip, Vote
from arena.raters.models import Rater
from tests.clients import client_of
from tests.factories import make_battle, make_ready_battle

HTMX = {"HX-Request": "true"}
TIGHT = {"prompt": "1/hour", "proposal": "1/hour", "vote": "1/hour", "socket": "1/hour", "page": "1/hour"}


@pytest.fixture
def tight(settings, redis_client: redis.Redis) -> None:
    settings.RATE_LIMITS, settings.RATES, settings.RATE_NETWORK_FACTOR = True, TIGHT, 100
    settings.RATES = {**TIGHT, "page": "100/hour"}


@pytest.fixture
def without_redis(settings) -> None:
    settings.RATE_LIMITS, settings.RATES, settings.REDIS_URL = True, TIGHT, "redis://127.0.0.1:1/0"


def spend(client: Client, battle: Battle, name: str) -> None:
    client.post(reverse(f"battles:{name}", args=[battle.pk]), {})


def test_start_too_often_keeps_the_text(arena: SimpleNamespace, client: Client, tight: None) -> None:
    for _ in range(2):  # the first only makes the rater
        client.post(reverse("battles:start"), {"prompt": "The first question?", "consent": arena.consent.pk})

    response = client.post(reverse("battles:start"), {"prompt": "The second question?", "consent": arena.consent.pk})

    page = response.content.decode()
    assert response.status_code == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 3600
    assert "The second question?</textarea>" in page
    assert re.search(r"Please wait \d+ minutes and try again.", page)
    assert Battle.objects.count() == 2


def test_surprise_too_often_says_only_that(arena: SimpleNamespace, client: Client, tight: None) -> None:
    for _ in range(2):
        client.post(reverse("battles:start"), {"surprise": "1", "consent": arena.consent.pk})

    response = client.post(reverse("battles:start"), {"surprise": "1", "consent": arena.consent.pk})

    assert response.status_code == 429
    assert "Write something first" not in response.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_follow_up_too_often_keeps_the_text(arena: SimpleNamespace, tight: None, headers: dict[str, str]) -> None:
    battle = make_ready_battle(arena)
    client = client_of(battle.rater)
    spend(client, battle, "retry")

    response = client.post(reverse("battles:say", args=[battle.pk]), {"prompt": "And the <sea>?"}, headers=headers)

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) >= 1
    assert "And the &lt;sea&gt;?</textarea>" in response.content.decode()
    assert battle.turns.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_vote_too_often_keeps_the_choice(arena: SimpleNamespace, tight: None, headers: dict[str, str]) -> None:
    battle = make_ready_battle(arena)
    client = client_of(battle.rater)
    spend(client, battle, "stop")

    response = client.post(reverse("battles:vote", args=[battle.pk]), {"winner": "model_b"}, headers=headers)

    page = response.content.decode()
    assert (response.status_code, Vote.objects.count()) == (429, 0)
    assert 'value="model_b" data-key="b" data-side="b" data-chosen' in page
    assert page.count("data-chosen") == 1
    assert "That was a lot in a short time." in page


def test_skip_too_often_keeps_reason_and_note(arena: SimpleNamespace, tight: None) -> None:
    battle = make_ready_battle(arena)
    client = client_of(battle.rater)
    spend(client, battle, "stop")

    response = client.post(reverse("battles:skip", args=[battle.pk]), {"reason": "other", "note": "It is odd."})

    page = response.content.decode()
    assert (response.status_code, Skip.objects.count()) == (429, 0)
    assert 'value="other" checked' in page
    assert 'value="It is odd."' in page


@pytest.mark.parametrize(("door", "spent_by"), [("stop", "skip"), ("retry", "say")])
def test_stop_and_retry_have_a_rate_too(arena: SimpleNamespace, tight: None, door: str, spent_by: str) -> None:
    battle = make_battle(arena)
    client = client_of(battle.rater)
    spend(client, battle, spent_by)

    response = client.post(reverse(f"battles:{door}", args=[battle.pk]))

    assert response.status_code == 429


def test_vote_that_waited_is_stored(arena: SimpleNamespace, tight: None, redis_client: redis.Redis) -> None:
    battle = make_ready_battle(arena)
    client = client_of(battle.rater)
    spend(client, battle, "stop")
    client.post(reverse("battles:vote", args=[battle.pk]), {"winner": "tie"})

    redis_client.flushdb()  # as if the hour had passed
    client.post(reverse("battles:vote", args=[battle.pk]), {"winner": "tie"})

    assert Vote.objects.get().winner == "tie"


def test_other_raters_of_the_same_network_go_on(arena: SimpleNamespace, tight: None) -> None:
    battles = [make_ready_battle(arena) for _ in range(3)]
    spend(client_of(battles[0].rater), battles[0], "stop")

    for battle in battles[1:]:
        client_of(battle.rater).post(reverse("battles:vote", args=[battle.pk]), {"winner": "tie"})

    assert Vote.objects.count() == 2


def test_raters_without_cookies_share_the_rate_of_their_network(arena: SimpleNamespace, tight: None, settings) -> None:
    settings.RATE_NETWORK_FACTOR = 2
    form = {"prompt": "Why?", "consent": arena.consent.pk}

    statuses = [Client().post(reverse("battles:start"), form).status_code for _ in range(3)]

    assert statuses == [302, 302, 429]
    assert Rater.objects.count() == 2


def test_pages_too_often_are_refused_whole_and_in_part(arena: SimpleNamespace, tight: None, settings) -> None:
    settings.RATES = TIGHT
    client = client_of(Rater.objects.create())
    client.get(reverse("about"))

    response = client.get(reverse("about"), headers=HTMX)

    assert response.status_code == 429
    assert response.headers["HX-Reswap"] == "none"
    assert int(response.headers["Retry-After"]) >= 1
    assert "That was a lot in a short time." in response.content.decode()


def test_header_of_the_browser_does_not_change_the_network(arena: SimpleNamespace, tight: None, settings) -> None:
    settings.RATES, settings.RATE_NETWORK_FACTOR = TIGHT, 1

    statuses = [
        Client().get(reverse("about"), headers={"X-Forwarded-For": f"192.0.{number}.1"}).status_code
        for number in range(2)
    ]

    assert statuses == [200, 429]


def test_networks_behind_our_proxy_are_told_apart(arena: SimpleNamespace, tight: None, settings) -> None:
    settings.RATES, settings.RATE_NETWORK_FACTOR, settings.BEHIND_PROXY = TIGHT, 1, 1

    statuses = [
        Client().get(reverse("about"), headers={"X-Forwarded-For": f"192.0.{number}.1"}).status_code
        for number in (1, 2, 2)
    ]

    assert statuses == [200, 200, 429]


@pytest.mark.django_db(transaction=True)
def test_outage_of_redis_refuses_nobody(without_redis: None) -> None:
    from tests.factories import make_arena

    battle = make_ready_battle(make_arena())
    client = client_of(battle.rater)

    statuses = [client.get(reverse("battles:detail", args=[battle.pk])).status_code for _ in range(3)]
    voted = client.post(reverse("battles:vote", args=[battle.pk]), {"winner": "tie"}, headers=HTMX)

    assert (statuses, voted.status_code, Vote.objects.count()) == ([200] * 3, 200, 1)
