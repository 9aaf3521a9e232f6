import asyncio
import threading
import time

import pytest

from models_registry.inference.errors import (
    BackendUnavailableError,
    EmptyAnswerError,
    EngineFailedError,
    GenerationTimeoutError,
    MisconfiguredBackendError,
)
from models_registry.inference.protocol import Delta, Finished, Usage
from models_registry.inference.registry import open_backend


def start(**options):
    backend = open_backend("scripted", options)
    backend.start()
    return backend


async def test_scripted_says_its_text_in_pieces(make_request):
    backend = start(text="Grüße, {prompt}! 🌍", chunk_chars=6)

    events = [event async for event in backend.stream(make_request("Ada"))]

    assert events == [Delta("Grüße,"), Delta(" Ada! "), Delta("🌍"), Finished("stop", Usage(3, 13))]


async def test_scripted_ends_with_the_reason_given(make_request, read_all):
    _, ending = await read_all(start(finish="length"), make_request())

    assert ending.reason == "length"


async def test_scripted_keeps_its_delays(make_request):
    backend = start(text="abc", chunk_chars=1, first_delay=0.1, chunk_delay=0.05)
    began = time.monotonic()

    times = [time.monotonic() - began async for _ in backend.stream(make_request())]

    assert times[0] >= 0.1
    assert times[2] >= 0.2


async def test_scripted_fails_at_the_piece_given(make_request):
    backend = start(text="abcdef", chunk_chars=2, fail_at=1, failure="timeout")
    stream = backend.stream(make_request())

    heard = await anext(stream)
    with pytest.raises(GenerationTimeoutError):
        await anext(stream)

    assert heard == Delta("ab")
    assert backend.active == 0


async def test_scripted_fails_so_many_times_and_then_works(make_request, read_all):
    backend = start(text="fine", fail_at=0, fail_times=2)

    for _ in range(2):
        with pytest.raises(EngineFailedError):
            await read_all(backend, make_request())
    text, _ = await read_all(backend, make_request())

    assert text == "fine"


async def test_scripted_hangs_until_cancelled_from_another_thread(make_request):
    backend = start(text="abcd", chunk_chars=2, hang_at=1)
    events = []

    async for event in backend.stream(make_request(request_id="h")):
        events.append(event)
        if len(events) == 1:
            threading.Timer(0.05, lambda: asyncio.run(backend.cancel("h"))).start()

    assert events == [Delta("ab"), Finished("cancelled", Usage(5, 2))]


async def test_scripted_without_text_raises(make_request, read_all):
    for text in ("", "   "):
        with pytest.raises(EmptyAnswerError):
            await read_all(start(text=text), make_request())


async def test_scripted_follows_several_scripts_in_turn(make_request, read_all):
    backend = start(scripts=[{"text": "one"}, {"text": "two"}])

    texts = [(await read_all(backend, make_request()))[0] for _ in range(3)]

    assert texts == ["one", "two", "two"]


async def test_scripted_warms_up(make_request, read_all):
    backend = start(text="warm", start_delay=0.1)
    was_ready = backend.ready

    text, _ = await read_all(backend, make_request())

    assert (was_ready, backend.ready, text) == (False, True, "warm")


async def test_scripted_that_is_not_started_or_closed_is_unavailable(make_request, read_all):
    backend = open_backend("scripted", {})
    with pytest.raises(BackendUnavailableError):
        await read_all(backend, make_request())
    backend.start()
    backend.close()
    with pytest.raises(BackendUnavailableError):
        await read_all(backend, make_request())


@pytest.mark.parametrize("options", [{"txt": "x"}, {"failure": "boredom"}, {"chunk_chars": 0}, {"scripts": [{"a": 1}]}])
def test_scripted_refuses_unknown_directives(options):
    with pytest.raises(MisconfiguredBackendError):
        open_backend("scripted", options)
