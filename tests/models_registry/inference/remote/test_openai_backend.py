"""What a server that keeps to the protocol is asked, and how its answers come through."""

import asyncio
import json

import pytest

from models_registry.inference.errors import BackendUnavailableError
from models_registry.inference.protocol import (
    ChatMessage,
    CompletionRequest,
    Delta,
    Finished,
    SamplingParameters,
    Usage,
)
from models_registry.inference.registry import open_backend
from tests.models_registry.inference.remote.lying_server import event

USAGE = {"prompt_tokens": 7, "completion_tokens": 3}


async def fine(exchange):
    await exchange.head()
    await exchange.say("Gr", "üße", " 🌍", reason="stop")
    await exchange.send(f"data: {json.dumps({'choices': [], 'usage': USAGE})}\n\ndata: [DONE]\n\n")


async def test_answer_comes_in_pieces_with_usage(server, open_remote, make_request):
    server.replies.append(fine)

    events = [event async for event in open_remote().stream(make_request("Hi"))]

    assert events == [Delta("Gr"), Delta("üße"), Delta(" 🌍"), Finished("stop", Usage(7, 3))]


async def test_request_holds_conversation_model_and_parameters(server, open_remote, read_all):
    server.replies.append(fine)
    messages = (ChatMessage("system", "Be brief."), ChatMessage("user", "Why?"))
    sampling = SamplingParameters(temperature=0.5, top_p=0.9, top_k=40, repetition_penalty=1.1, max_new_tokens=20)

    await read_all(open_remote(extra={"user": "arena"}), CompletionRequest("r", messages, sampling, 2**33 + 5))

    assert server.seen[0].headers["request-line"] == "POST /v1/chat/completions HTTP/1.1"
    assert "authorization" not in server.seen[0].headers
    assert server.seen[0].body == {
        "model": "m-1",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}],
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 20,
        "seed": 5,
        "stream": True,
        "stream_options": {"include_usage": True},
        "user": "arena",
    }


async def test_parameters_get_the_names_that_the_server_knows(server, open_remote, make_request, read_all):
    server.replies.append(fine)
    names = {"max_new_tokens": "max_completion_tokens", "top_k": "top_k", "seed": None, "temperature": None}

    await read_all(open_remote(parameters=names, ask_usage=False), make_request(top_k=3))

    sent = set(server.seen[0].body) - {"model", "messages", "stream"}
    assert sent == {"max_completion_tokens", "top_k", "top_p"}


@pytest.mark.parametrize("size", [1, 3, 1000])
async def test_answer_is_the_same_in_whatever_pieces_its_bytes_come(server, open_remote, make_request, read_all, size):
    text = ": waking up\r\n\r\n" + event("Grüße") + "event: message\r\n" + event(" 🌍").replace("\n", "\r\n")
    data = (text + event(None, reason="length") + "data:[DONE]").encode()

    async def in_pieces(exchange):
        await exchange.head()
        for start in range(0, len(data), size):
            await exchange.send(data[start : start + size])
            await asyncio.sleep(0)

    server.replies.append(in_pieces)

    text, ending = await read_all(open_remote(), make_request())

    assert (text, ending) == ("Grüße 🌍", Finished("length", Usage(None, None)))


async def test_thinking_is_no_part_of_the_answer(server, open_remote, make_request, read_all):
    async def thinks_first(exchange):
        await exchange.head()
        thought = {"choices": [{"delta": {"role": "assistant", "content": None, "reasoning_content": "Hm."}}]}
        await exchange.send(f"data: {json.dumps(thought)}\n\n")
        await exchange.say("Yes.", reason="stop")

    server.replies.append(thinks_first)

    text, _ = await read_all(open_remote(), make_request())

    assert text == "Yes."


async def test_missing_done_and_late_usage_do_not_hold_up_the_answer(server, open_remote, make_request, monkeypatch):
    async def stalls_after_the_ending(exchange):
        await exchange.head()
        await exchange.say("Yes.", reason="stop")
        await exchange.hung_up()

    monkeypatch.setattr("models_registry.inference.remote.answer.USAGE_SECONDS", 0.05)
    server.replies.append(stalls_after_the_ending)

    events = [event async for event in open_remote().stream(make_request())]

    assert events == [Delta("Yes."), Finished("stop", Usage(None, None))]


async def test_cancel_closes_the_connection(server, open_remote, make_request):
    closed = asyncio.Event()

    async def never_ends(exchange):
        await exchange.head()
        await exchange.say("One", " two")
        await exchange.hung_up()
        closed.set()

    server.replies.append(never_ends)
    backend, events = open_remote(), []

    async for event_ in backend.stream(make_request(request_id="c")):
        events.append(event_)
        if len(events) == 2:
            await backend.cancel("c")
            await backend.cancel("unknown")
    await asyncio.wait_for(closed.wait(), 5)

    assert events == [Delta("One"), Delta(" two"), Finished("cancelled", Usage(None, None))]
    assert (backend.active, backend.queued) == (0, 0)


async def test_reader_that_turns_away_closes_the_connection(server, open_remote, make_request, read_some):
    closed = asyncio.Event()

    async def never_ends(exchange):
        await exchange.head()
        await exchange.say("One", " two")
        await exchange.hung_up()
        closed.set()

    server.replies.append(never_ends)

    await read_some(open_remote(), make_request(), 1)

    await asyncio.wait_for(closed.wait(), 5)


async def test_close_fails_what_is_in_flight_and_start_begins_anew(server, open_remote, make_request, read_all):
    async def never_ends(exchange):
        await exchange.head()
        await exchange.say("One")
        await exchange.hung_up()

    server.replies.extend([never_ends, fine])
    backend = open_remote()
    stream = backend.stream(make_request())
    await anext(stream)

    await asyncio.to_thread(backend.close)
    with pytest.raises(BackendUnavailableError):
        await anext(stream)
    with pytest.raises(BackendUnavailableError):
        await read_all(backend, make_request())
    was_ready = backend.ready
    backend.start()
    text, _ = await read_all(backend, make_request())

    assert (was_ready, backend.ready, text) == (False, True, "Grüße 🌍")


async def test_no_more_requests_at_once_than_allowed(server, open_remote, make_request, read_all):
    async def slow(exchange):
        await asyncio.sleep(0.05)
        await fine(exchange)

    server.replies.append(slow)
    backend = open_remote(concurrency=2)

    answers = await asyncio.gather(*(read_all(backend, make_request(request_id=str(n))) for n in range(6)))

    assert [text for text, _ in answers] == ["Grüße 🌍"] * 6
    assert server.most_open == 2


async def test_connection_is_used_again(server, open_remote, make_request, read_all):
    async def keeps_open(exchange):
        body = (event("Yes.", reason="stop") + "data: [DONE]\n\n").encode()
        await exchange.send(
            f"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )
        again = await exchange.reader.readuntil(b"\r\n\r\n")
        assert again.startswith(b"POST /v1/chat/completions")
        await exchange.reader.readuntil(b"}]")
        await fine(exchange)

    server.replies.append(keeps_open)
    backend = open_remote()

    first, _ = await read_all(backend, make_request())
    second, _ = await read_all(backend, make_request())

    assert (first, second, len(server.seen)) == ("Yes.", "Grüße 🌍", 1)


async def test_backend_that_was_not_started_is_unavailable(make_request, read_all):
    backend = open_backend("openai", {"base_url": "https://api.example.org/v1", "model": "m"})

    with pytest.raises(BackendUnavailableError):
        await read_all(backend, make_request())

    assert (backend.ready, backend.active, backend.queued) == (False, 0, 0)
