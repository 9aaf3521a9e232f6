import asyncio
from dataclasses import replace

import pytest

from arena.config.local.models_ready import tell_when_models_are_ready
from models_registry.heartbeat import WorkerState, beat

pytestmark = pytest.mark.integration

LOADING = WorkerState(worker="now-1", ready=(), loading=("big", "small"), failed=(), active=0, queued=0)


@pytest.fixture
async def told(redis_client, live_services):
    """What was said so far, and the watcher that says it."""
    beat(replace(LOADING, worker="earlier-1", ready=("old",)))
    said = []
    watching = asyncio.create_task(tell_when_models_are_ready(live_services.redis.url, said.append))
    await asyncio.sleep(0.3)
    yield said, watching
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_models_are_told_one_by_one_and_counted_at_the_end(told):
    said, watching = told
    for state in (
        LOADING,
        replace(LOADING, ready=("small",), loading=()),
        replace(LOADING, ready=("big", "small"), loading=()),
    ):
        beat(state)
        await asyncio.sleep(1)

    await asyncio.wait_for(watching, 10)

    assert said == ["Model ready: small.", "Model ready: big.", "2 of 2 models are ready."]


async def test_models_that_failed_are_named(told):
    said, watching = told
    beat(replace(LOADING, ready=("small",), loading=(), failed=("big",)))

    await asyncio.wait_for(watching, 10)

    assert said == [
        "The model big could not be loaded; the generation log says why.",
        "Model ready: small.",
        "1 of 2 models are ready.",
    ]


async def test_models_of_an_earlier_run_are_not_believed(told):
    said, watching = told

    await asyncio.sleep(1)

    assert said == []
    assert not watching.done()
