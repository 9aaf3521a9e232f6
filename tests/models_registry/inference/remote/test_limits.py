import asyncio

from models_registry.inference.remote.limits import Limits


async def test_minute_has_room_for_so_many(monkeypatch):
    now, pauses, sent = [0.0], [], []

    async def sleep(seconds):
        pauses.append(seconds)
        now[0] += seconds

    monkeypatch.setattr("models_registry.inference.remote.limits.asyncio.sleep", sleep)
    limits = Limits(concurrency=9, per_minute=2, clock=lambda: now[0])

    for _ in range(5):
        async with limits.place():
            sent.append(now[0])
        now[0] += 10

    assert sent == [0.0, 10.0, 60.0, 70.0, 120.0]
    assert pauses == [40.0, 40.0]


async def test_places_are_counted_and_given_back():
    limits = Limits(concurrency=1, per_minute=0)
    counts = []

    async def take():
        async with limits.place():
            await asyncio.sleep(0.01)
            counts.append((limits.active, limits.queued))

    await asyncio.gather(take(), take(), take())

    assert counts == [(1, 2), (1, 1), (1, 0)]
    assert (limits.active, limits.queued) == (0, 0)


async def test_place_is_given_back_by_who_gave_up_waiting_for_the_minute():
    limits = Limits(concurrency=1, per_minute=1)
    async with limits.place():
        pass

    waiting = asyncio.create_task(limits.place().__aenter__())
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    assert (limits.active, limits.queued) == (0, 0)
    await asyncio.wait_for(limits._places.acquire(), 1)
