"""A vote is stored although nobody can be told of it (Law 2: an accepted vote is never lost)."""

import pytest
from django.urls import reverse

from arena.battles.models import Vote
from arena.config.databases import cache_settings, channel_layers
from tests.clients import client_of
from tests.factories import make_arena, make_ready_battle

NOBODY_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture
def without_redis(settings) -> None:
    settings.REDIS_URL = NOBODY_LISTENS
    settings.CACHES = {**settings.CACHES, "default": cache_settings(NOBODY_LISTENS)}
    settings.CHANNEL_LAYERS = {"default": channel_layers(NOBODY_LISTENS)}


@pytest.mark.django_db(transaction=True)
def test_vote_is_stored_and_revealed_without_redis(without_redis):
    battle = make_ready_battle(make_arena())
    client = client_of(battle.rater)

    response = client.post(reverse("battles:vote", args=[battle.pk]), {"winner": "tie"}, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert Vote.objects.get().winner == "tie"
    assert "You called it a tie." in response.content.decode()
