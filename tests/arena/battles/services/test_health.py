"""Ailing endpoints leave the draw and come back."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import redis
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from arena.battles.illness import is_ailing, probe_pause
from arena.battles.models import Completion, EndpointHealth
from arena.battles.services.health import check_health, record_probe
from arena.battles.services.starting import drawable_contestants
from models_registry.heartbeat import WorkerState, beat
from models_registry.models import Endpoint
from tests.factories import make_arena, make_battle, make_contestant


@pytest.fixture
def arena(db: None, redis_client: redis.Redis) -> SimpleNamespace:
    arena = make_arena()
    hold(*Endpoint.objects.values_list("slug", flat=True))
    return arena


def hold(*slugs: str) -> None:
    beat(WorkerState(worker="tester", ready=slugs, loading=(), failed=(), active=0, queued=0))


def end(arena: SimpleNamespace, *failures: str) -> None:
    """Let the first contestant's endpoint answer as often as there are failures, "" being an answer."""
    for failure in failures:
        completion = make_battle(arena).turns.get().completions.get(side="a")
        rows = Completion.objects.filter(pk=completion.pk)
        rows.update(status="running", endpoint=arena.first.endpoint)
        state = {"status": "failed", "failure": failure} if failure else {"status": "done", "text": "x", "ended_ms": 1}
        rows.update(finished_at=timezone.now() + timedelta(seconds=1), **state)


def drawable() -> set[str]:
    return {contestant.slug for contestant in drawable_contestants()}


@pytest.mark.parametrize(
    ("failures", "expected"),
    [
        (["empty", "empty"], False),
        (["empty", "timeout", "crashed"], True),
        (["", "crashed", "crashed", "crashed"], False),
        (["crashed", "", "crashed", "", "crashed", "crashed"], True),
        (["too_long"] * 9, False),
        (["", ""] * 10, False),
    ],
)
def test_is_ailing(failures: list[str], *, expected: bool) -> None:
    assert is_ailing(failures) is expected


def test_probe_pause_grows_to_ten_minutes() -> None:
    assert [probe_pause(probes) for probes in (0, 1, 2, 9, 99)] == [30, 60, 120, 600, 600]


def test_endpoint_that_fails_leaves_the_draw_with_a_reason(arena: SimpleNamespace) -> None:
    make_contestant(slug="third")
    check_health()

    end(arena, "engine_failed", "engine_failed", "timeout")
    check_health()

    assert drawable() == {"obsidian-3b", "third"}
    health = EndpointHealth.objects.get(endpoint=arena.first.endpoint)
    assert health.reason == "its newest answers failed: timeout, engine_failed"


def test_endpoint_comes_back_after_a_probe_that_works(arena: SimpleNamespace) -> None:
    check_health()
    end(arena, "empty", "empty", "empty")
    check_health()
    slug = arena.first.endpoint.slug

    record_probe(slug=slug, failure="timeout")
    after_failure = drawable()
    record_probe(slug=slug, failure="")
    # What failed before does not count again.
    Completion.objects.update(queued_at=timezone.now())
    EndpointHealth.objects.update(since=timezone.now() + timedelta(minutes=1))
    check_health()

    assert after_failure == {"obsidian-3b"}
    assert drawable() == {"obsidian-3b", "zephyrine-9b"}


def test_ailing_endpoint_is_probed_when_it_is_time(
    arena: SimpleNamespace, redis_client: redis.Redis, django_capture_on_commit_callbacks
) -> None:
    check_health()
    end(arena, "empty", "empty", "empty")
    check_health()
    EndpointHealth.objects.filter(state="ailing").update(probe_at=timezone.now() - timedelta(seconds=1))

    with django_capture_on_commit_callbacks(execute=True):
        check_health()
        check_health()

    assert redis_client.llen("generation") == 1
    assert EndpointHealth.objects.get(state="ailing").probes == 1


def test_endpoint_without_a_worker_leaves_after_a_minute_and_comes_back_by_itself(arena: SimpleNamespace) -> None:
    hold(arena.second.endpoint.slug)
    check_health()
    after_a_moment = drawable()
    EndpointHealth.objects.filter(endpoint=arena.first.endpoint).update(
        missing_since=timezone.now() - timedelta(seconds=61)
    )
    check_health()
    after_a_minute = drawable()

    hold(arena.first.endpoint.slug, arena.second.endpoint.slug)
    check_health()

    assert after_a_moment == drawable() == {"zephyrine-9b", "obsidian-3b"}
    assert after_a_minute == {"obsidian-3b"}


def test_absence_is_noticed_anew_after_nobody_looked(arena: SimpleNamespace) -> None:
    hold(arena.second.endpoint.slug)
    check_health()
    long_ago = timezone.now() - timedelta(days=1)
    EndpointHealth.objects.update(missing_since=long_ago, checked_at=long_ago)

    check_health()

    assert drawable() == {"zephyrine-9b", "obsidian-3b"}


def test_home_page_says_kindly_that_too_few_are_healthy(arena: SimpleNamespace) -> None:
    check_health()
    end(arena, "empty", "empty", "empty")
    check_health()

    page = Client().get(reverse("home")).content.decode()

    assert "There are not enough models to compare right now." in page
    assert "engine" not in page
