"""Each way in which a server can be wrong ends in an error of its own, soon, and never in an answer."""

import asyncio
import json
import time

import pytest

from models_registry.inference.errors import (
    BackendUnavailableError,
    EmptyAnswerError,
    GenerationTimeoutError,
    MalformedAnswerError,
    MisconfiguredBackendError,
    PromptTooLongError,
    RateLimitedError,
    RequestRefusedError,
)
from models_registry.inference.remote.failures import EndlessAnswerError, TruncatedAnswerError
from tests.models_registry.inference.remote.lying_server import event


async def truncated(exchange):
    await exchange.head()
    await exchange.say("Half of")


async def done_without_reason(exchange):
    await exchange.head()
    await exchange.say("Half of")
    await exchange.send("data: [DONE]\n\n")


async def broken_in_the_middle(exchange):
    await exchange.head(Content_Length="5000")
    await exchange.say("Half of")


async def not_json(exchange):
    await exchange.head()
    await exchange.send("data: {'choices': nonsense}\n\n")


async def not_an_object(exchange):
    await exchange.head()
    await exchange.send("data: [1, 2]\n\n")


async def deeply_nested(exchange):
    await exchange.head()
    await exchange.send(f"data: {'[' * 100_000}\n\n")


async def wrong_choices(exchange):
    await exchange.head()
    await exchange.send('data: {"choices": {"0": "text"}}\n\n')


async def wrong_content(exchange):
    await exchange.head()
    await exchange.send('data: {"choices": [{"delta": {"content": ["text"]}}]}\n\n')


async def half_a_character(exchange):
    await exchange.head()
    await exchange.send('data: {"choices": [{"delta": {"content": "\\ud83d"}}]}\n\n')


async def not_utf8(exchange):
    await exchange.head()
    await exchange.send(b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n')


async def unknown_reason(exchange):
    await exchange.head()
    await exchange.say("Let me call", reason="tool_calls")


async def text_after_the_end(exchange):
    await exchange.head()
    await exchange.say("All.", reason="stop")
    await exchange.say(" And more.")


async def empty(exchange):
    await exchange.head()
    await exchange.say(reason="stop")


async def blank(exchange):
    await exchange.head()
    await exchange.say(" ", "\n", reason="stop")


async def a_page(exchange):
    await exchange.head(kind="text/html")
    await exchange.send("<h1>Welcome</h1>")


async def an_answer_in_one(exchange):
    await exchange.head(kind="application/json")
    await exchange.send('{"choices": [{"message": {"content": "Hi"}}]}')


async def compressed(exchange):
    await exchange.head(Content_Encoding="gzip")


async def huge_line(exchange):
    await exchange.head()
    await exchange.send(b"data: " + b"x" * 300_000)
    await exchange.hung_up()


async def huge_event(exchange):
    await exchange.head()
    await exchange.send(b"data: " + b"x" * 200_000 + b"\n")
    await exchange.send(b"data: " + b"x" * 200_000 + b"\n")
    await exchange.hung_up()


async def endless(exchange):
    await exchange.head()
    while True:
        await exchange.say("word " * 10)


async def endless_without_text(exchange):
    await exchange.head()
    while True:
        await exchange.send(": still here\n" * 1000)


async def silent_from_the_start(exchange):
    await exchange.hung_up()


async def silent_after_the_head(exchange):
    await exchange.head()
    await exchange.hung_up()


async def alive_without_text(exchange):
    await exchange.head()
    while not exchange.writer.is_closing():
        await exchange.send(": still here\n\n")
        await exchange.say("")
        await asyncio.sleep(0.02)


async def silent_in_the_middle(exchange):
    await exchange.head()
    await exchange.say("Half of")
    await exchange.hung_up()


async def redirects(exchange):
    await exchange.head(307, Location="http://169.254.169.254/latest/meta-data/")


async def not_http(exchange):
    await exchange.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")


async def hangs_up(exchange):
    pass


async def fails_in_the_stream(exchange):
    await exchange.head()
    await exchange.say("Half of")
    await exchange.send(f"data: {json.dumps({'error': {'code': 500, 'message': 'CUDA out of memory'}})}\n\n")


async def too_long_in_the_stream(exchange):
    await exchange.head()
    error = {"type": "exceed_context_size_error", "message": "the request exceeds the available context size"}
    await exchange.send(f"data: {json.dumps({'error': error})}\n\n")


async def filtered(exchange):
    await exchange.head()
    await exchange.say("I", reason="content_filter")


def with_status(status: int, message: str = "No."):
    async def reply(exchange):
        await exchange.head(status, "application/json")
        await exchange.send(json.dumps({"error": {"message": message}}))

    reply.__name__ = f"status {status} {message}".strip()
    return reply


LIES = [
    (truncated, TruncatedAnswerError),
    (done_without_reason, TruncatedAnswerError),
    (broken_in_the_middle, TruncatedAnswerError),
    (not_json, MalformedAnswerError),
    (not_an_object, MalformedAnswerError),
    (deeply_nested, MalformedAnswerError),
    (wrong_choices, MalformedAnswerError),
    (wrong_content, MalformedAnswerError),
    (half_a_character, MalformedAnswerError),
    (not_utf8, MalformedAnswerError),
    (unknown_reason, MalformedAnswerError),
    (text_after_the_end, MalformedAnswerError),
    (empty, EmptyAnswerError),
    (blank, EmptyAnswerError),
    (a_page, MalformedAnswerError),
    (an_answer_in_one, MalformedAnswerError),
    (compressed, MalformedAnswerError),
    (huge_line, MalformedAnswerError),
    (huge_event, MalformedAnswerError),
    (endless, EndlessAnswerError),
    (endless_without_text, EndlessAnswerError),
    (silent_from_the_start, GenerationTimeoutError),
    (silent_after_the_head, GenerationTimeoutError),
    (alive_without_text, GenerationTimeoutError),
    (silent_in_the_middle, GenerationTimeoutError),
    (redirects, MisconfiguredBackendError),
    (not_http, MalformedAnswerError),
    (hangs_up, BackendUnavailableError),
    (fails_in_the_stream, BackendUnavailableError),
    (too_long_in_the_stream, PromptTooLongError),
    (filtered, RequestRefusedError),
    (with_status(204), MalformedAnswerError),
    (with_status(400), RequestRefusedError),
    (with_status(400, "This model's maximum context length is 512 tokens."), PromptTooLongError),
    (with_status(401), MisconfiguredBackendError),
    (with_status(403), MisconfiguredBackendError),
    (with_status(404), MisconfiguredBackendError),
    (with_status(408), BackendUnavailableError),
    (with_status(422), RequestRefusedError),
    (with_status(429), RateLimitedError),
    (with_status(429, "insufficient_quota"), MisconfiguredBackendError),
    (with_status(500), BackendUnavailableError),
    (with_status(503), BackendUnavailableError),
]


@pytest.mark.parametrize(("lie", "expected"), LIES, ids=lambda value: getattr(value, "__name__", ""))
async def test_lie_is_an_error_of_its_own_and_leaves_no_connection(server, ask, lie, expected):
    server.replies.append(lie)
    began = time.monotonic()

    with pytest.raises(expected) as failure:
        await ask(first_text_timeout=0.3, silence_timeout=0.3)

    assert type(failure.value) is expected
    assert time.monotonic() - began < 5
    assert len(server.seen) == 1
    await asyncio.wait_for(server.left_alone.wait(), 5)


async def test_answer_that_takes_too_long_in_all_is_ended(server, open_remote, make_request, read_all):
    async def slow_but_steady(exchange):
        await exchange.head()
        while not exchange.writer.is_closing():
            await exchange.say("a")
            await asyncio.sleep(0.02)

    server.replies.append(slow_but_steady)

    with pytest.raises(GenerationTimeoutError):
        await read_all(open_remote(total_timeout=0.3), make_request(max_new_tokens=1000))


async def test_waiting_for_a_place_counts_as_waiting(server, open_remote, make_request, read_all):
    server.replies += [silent_from_the_start] * 2
    backend = open_remote(concurrency=1, total_timeout=1.0)

    async def give_up(after: float) -> float:
        """Ask so much later, and return when that ended for want of an answer."""
        await asyncio.sleep(after)
        with pytest.raises(GenerationTimeoutError):
            await read_all(backend, make_request(request_id=str(after)))
        return time.perf_counter()

    first, second = await asyncio.gather(give_up(0.0), give_up(0.1))

    # It would be a whole second later if its time began with its place.
    assert second - first < 0.9


async def test_server_that_is_not_there_is_unavailable(open_remote, make_request, read_all, unused_tcp_port):
    backend = open_remote(base_url=f"http://127.0.0.1:{unused_tcp_port}/v1")

    with pytest.raises(BackendUnavailableError):
        await read_all(backend, make_request())


async def test_name_that_is_unknown_is_unavailable(open_remote, make_request, read_all):
    with pytest.raises(BackendUnavailableError, match="cannot be resolved"):
        await read_all(open_remote(base_url="http://nowhere.invalid/v1"), make_request())


async def test_server_without_tls_where_it_was_promised_is_unavailable(server, open_remote, make_request, read_all):
    backend = open_remote(base_url=server.base_url.replace("http:", "https:"), connect_timeout=0.5)

    with pytest.raises(BackendUnavailableError):
        await read_all(backend, make_request())


async def test_answer_in_large_pieces_within_the_limit_is_no_lie(server, open_remote, make_request, read_all):
    async def talkative(exchange):
        await exchange.head()
        await exchange.send(event("word " * 20, reason="length"))

    server.replies.append(talkative)

    text, _ = await read_all(open_remote(), make_request(max_new_tokens=20))

    assert text == "word " * 20
