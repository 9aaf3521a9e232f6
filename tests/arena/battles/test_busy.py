"""What gives first when there are more raters than answers: new battles wait, running ones go on."""

import pytest
from django.urls import reverse

from arena.battles.models import Battle, Completion
from tests.clients import client_of
from tests.factories import make_battle, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

BUSY = "Many comparisons are waiting for the models right now."


@pytest.fixture
def busy(arena, settings) -> None:
    settings.MAX_WAITING_ANSWERS = 2
    make_battle(arena)


def test_new_battle_is_put_off_kindly_while_many_answers_wait(client, arena, busy):
    response = client.post(reverse("battles:start"), {"prompt": "Why is the sky blue?", "consent": arena.consent.pk})

    page = response.content.decode()
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert BUSY in page
    assert "Why is the sky blue?</textarea>" in page
    assert Battle.objects.count() == 1


def test_new_battle_is_begun_once_fewer_wait(client, arena, busy):
    Completion.objects.filter(side="a").update(status="running")

    response = client.post(reverse("battles:start"), {"prompt": "Why is the sky blue?", "consent": arena.consent.pk})

    assert response.status_code == 302


def test_running_battle_goes_on_while_many_answers_wait(arena, busy):
    battle = make_ready_battle(arena)

    response = client_of(battle.rater).post(reverse("battles:say", args=[battle.pk]), {"prompt": "And at night?"})

    assert response.status_code == 302
    assert battle.turns.count() == 2
