"""What the sweep notices: dead workers and lost messages."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import redis
from django.utils import timezone

from arena.battles.models import Battle, Completion
from arena.battles.services import sweeping
from arena.battles.services.completing import claim_completion
from models_registry import liveness
from models_registry.heartbeat import WorkerState, beat
from tests.factories import make_arena, make_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]

LONG_AGO = timedelta(minutes=1)


@pytest.fixture
def arena(redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    # The Redis of this session may have begun a second ago.
    monkeypatch.setattr(liveness, "LIFETIME_SECONDS", -1)
    return make_arena()


def claimed_battle(arena: SimpleNamespace, worker: str) -> Battle:
    battle = make_battle(arena)
    for completion in Completion.objects.filter(turn__battle=battle):
        claim_completion(completion_id=completion.pk, worker=worker)
    Completion.objects.filter(turn__battle=battle).update(started_at=timezone.now() - LONG_AGO)
    return battle


def live(name: str) -> None:
    beat(WorkerState(worker=name, ready=(), loading=(), failed=(), active=0, queued=0))


def test_sides_of_a_dead_worker_are_tried_again(arena: SimpleNamespace) -> None:
    battle = claimed_battle(arena, "dead")

    assert sweeping.fail_lost_completions() == 2

    tries = Completion.objects.filter(turn__battle=battle).order_by("side", "try_number")
    assert (
        list(tries.values_list("status", "failure", "replaced"))
        == [
            ("failed", "worker_lost", True),
            ("queued", "", False),
        ]
        * 2
    )


def test_sides_of_a_live_worker_are_left_alone(arena: SimpleNamespace) -> None:
    claimed_battle(arena, "alive")
    live("alive")

    assert sweeping.fail_lost_completions() == 0


def test_worker_is_not_dead_because_redis_is_young(arena: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "LIFETIME_SECONDS", 10**9)
    claimed_battle(arena, "unknown")

    assert sweeping.fail_lost_completions() == 0


def test_lost_message_is_sent_again(arena: SimpleNamespace, redis_client: redis.Redis) -> None:
    battle = make_battle(arena)
    rows = Completion.objects.filter(turn__battle=battle)
    rows.update(queued_at=timezone.now() - LONG_AGO, endpoint=arena.first.endpoint)

    sent = [sweeping.send_lost_messages(), sweeping.send_lost_messages()]

    # The second time the queue holds them, so nothing was lost.
    assert sent == [2, 0]
    assert redis_client.llen("generation") == 2


def test_message_on_its_way_is_not_sent_again(arena: SimpleNamespace, redis_client: redis.Redis) -> None:
    battle = make_battle(arena)
    Completion.objects.filter(turn__battle=battle).update(endpoint=arena.first.endpoint)

    assert sweeping.send_lost_messages() == 0
