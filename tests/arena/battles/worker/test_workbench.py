"""The backends of a worker: opened once, and anew when their endpoint changes."""

import time

import pytest
import redis
from django.core.cache import caches
from django.db import connections

from arena.battles.models import Completion
from arena.battles.worker.relay import run_completion
from arena.battles.worker.workbench import close_workbench, workbench
from models_registry.models import Endpoint
from tests.factories import make_arena, make_battle, make_contestant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.integration]


@pytest.fixture(autouse=True)
def _fresh_workbench(redis_client: redis.Redis):
    yield
    close_workbench()


@pytest.fixture
def arena():
    arena = make_arena()
    endpoint = Endpoint.objects.create(slug="here", backend="scripted", options={"text": "Before."})
    arena.first = make_contestant(name="One", endpoint=endpoint)
    return arena


def answer(arena) -> str:
    completion = make_battle(arena).turns.get().completions.get(side="a")
    run_completion(completion_id=completion.pk)
    connections.close_all()
    return Completion.objects.get(pk=completion.pk).text


def opened() -> object:
    return workbench().run(workbench().backend("here"))


def change_endpoint() -> None:
    """As staff do, and let the seconds pass for which a worker keeps what it read."""
    Endpoint.objects.filter(slug="here").update(options={"text": "After."})
    caches["process"].clear()


def test_endpoint_that_changed_answers_as_it_is_now(arena):
    before = answer(arena)

    change_endpoint()

    assert (before, answer(arena)) == ("Before.", "After.")


def test_endpoint_that_stays_is_opened_once(arena):
    answer(arena)
    first = opened()

    answer(arena)

    assert opened() is first


def test_replaced_backend_ends_once_its_answers_have(arena):
    answer(arena)
    old = opened()
    change_endpoint()

    answer(arena)

    new = opened()
    assert new is not old
    deadline = time.monotonic() + 10
    while old.ready and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (old.ready, new.ready) == (False, True)
