"""Pages in threads: what arrives at the server is what Django answered."""

import io
import threading

import pytest
from django.core.signals import request_finished
from django.http import HttpResponse, StreamingHttpResponse

from arena.config.threads import PIECE_BYTES, Threads


class Site:
    """Answers as it is told to, and knows in which thread it was asked."""

    def __init__(self, response) -> None:
        self.response = response
        self.threads: list[str] = []

    def __call__(self, _scope, body):
        self.threads.append(threading.current_thread().name)
        self.body = body.read()
        return self.response


async def sent(response, body: bytes = b"") -> list[dict]:
    events = []

    async def send(event) -> None:
        events.append(event)

    await Threads(Site(response), 1).answer({"type": "http"}, io.BytesIO(body), send)
    return events


async def test_page_arrives_with_its_headers_and_cookies():
    response = HttpResponse("Grüße", status=201)
    response.set_cookie("colour", "blue")

    start, content, end = await sent(response)

    assert (start["status"], content["body"].decode(), end["more_body"]) == (201, "Grüße", False)
    assert (b"content-type", b"text/html; charset=utf-8") in start["headers"]
    assert [value for name, value in start["headers"] if name == b"set-cookie"] == [b"colour=blue; Path=/"]


async def test_page_without_content_is_an_end_only():
    start, end = await sent(HttpResponse(status=204))

    assert (start["status"], end["body"], end["more_body"]) == (204, b"", False)


async def test_stream_is_sent_in_pieces_worth_a_hand_over():
    pieces = iter([b"x" * (PIECE_BYTES // 2)] * 5)

    events = await sent(StreamingHttpResponse(pieces))

    half = PIECE_BYTES // 2
    assert [len(event["body"]) for event in events[1:]] == [2 * half, 2 * half, half, 0]
    assert [event["more_body"] for event in events[1:]] == [True, True, True, False]


async def test_no_more_than_two_pieces_of_a_stream_are_held_at_once():
    held, counts = [], []

    def pieces():
        for number in range(5):
            held.append(number)
            yield b"x" * PIECE_BYTES

    async def send(event) -> None:
        if event["type"] == "http.response.body" and event["body"]:
            counts.append(len(held))
            held.pop()

    await Threads(Site(StreamingHttpResponse(pieces())), 1).answer({"type": "http"}, io.BytesIO(), send)

    assert max(counts) == 2


async def test_response_is_closed_in_the_thread_that_made_it():
    site = Site(HttpResponse())
    closed = []
    site.response._resource_closers.append(lambda: closed.append(threading.current_thread().name))

    async def send(_event) -> None: ...

    await Threads(site, 1).answer({"type": "http"}, io.BytesIO(), send)

    assert closed == site.threads
    assert closed[0].startswith("page")


async def test_error_of_a_stream_ends_the_request():
    def broken():
        yield b"x" * PIECE_BYTES
        message = "the file is gone"
        raise OSError(message)

    with pytest.raises(OSError, match="gone"):
        await sent(StreamingHttpResponse(broken()))


@pytest.mark.django_db(transaction=True)
async def test_application_answers_a_request_from_door_to_door():
    from asgiref.testing import ApplicationCommunicator

    from arena.config.asgi import application

    finished = []
    request_finished.connect(lambda **_: finished.append(True), weak=False, dispatch_uid="test_threads")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": "/healthz",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    request = ApplicationCommunicator(application, scope)

    await request.send_input({"type": "http.request", "body": b""})

    assert (await request.receive_output())["status"] == 200
    assert (await request.receive_output())["body"] == b'{"status": "ok"}'
    request_finished.disconnect(dispatch_uid="test_threads")
    assert finished == [True]
