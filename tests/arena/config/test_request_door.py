import pytest
from asgiref.testing import ApplicationCommunicator

from arena.config.request_door import RequestDoor

STARTED = {"type": "http.response.start", "status": 200, "headers": []}


class Reader:
    """An application that reads a body to its end and says how long it was."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.headers: list[tuple[bytes, bytes]] = []

    async def __call__(self, scope, receive, send) -> None:
        self.headers = scope["headers"]
        size = 0
        while True:
            event = await receive()
            self.seen.append(event["type"])
            size += len(event["body"])
            if not event.get("more_body"):
                break
        await send(STARTED)
        await send({"type": "http.response.body", "body": str(size).encode()})


def asking(application: Reader, *headers: tuple[bytes, bytes]) -> ApplicationCommunicator:
    scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
    return ApplicationCommunicator(RequestDoor(application), scope)


async def test_body_within_the_limit_is_read(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    request = asking(Reader(), (b"content-length", b"10"))

    await request.send_input({"type": "http.request", "body": b"x" * 10})

    assert (await request.receive_output())["status"] == 200


async def test_body_announced_too_large_is_refused_unread(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    application = Reader()
    request = asking(application, (b"content-length", b"11"))

    await request.send_input({"type": "http.request", "body": b"x" * 11})
    status, body = (await request.receive_output())["status"], (await request.receive_output())["body"]

    assert (status, application.seen) == (413, [])
    assert b"too large" in body


async def test_body_that_grows_too_large_is_refused(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    application = Reader()
    request = asking(application)

    for _ in range(3):
        await request.send_input({"type": "http.request", "body": b"x" * 5, "more_body": True})

    assert ((await request.receive_output())["status"], application.seen) == (413, [])


async def test_body_that_breaks_off_reaches_nobody(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    application = Reader()
    request = asking(application, (b"content-length", b"10"))

    await request.send_input({"type": "http.request", "body": b"x" * 5, "more_body": True})
    await request.send_input({"type": "http.disconnect"})
    await request.wait()

    assert application.seen == []


async def test_body_is_passed_on_in_pieces(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 200_000
    application = Reader()
    request = asking(application)

    for more in (True, False):
        await request.send_input({"type": "http.request", "body": b"x" * 65_536, "more_body": more})

    assert (await request.receive_output(), (await request.receive_output())["body"]) == (STARTED, b"131072")
    assert application.seen == ["http.request"] * 3


async def test_header_that_would_pass_for_another_is_left_out() -> None:
    application = Reader()
    request = asking(application, (b"x_forwarded_for", b"192.0.2.1"), (b"x-forwarded-for", b"192.0.2.2"))

    await request.send_input({"type": "http.request", "body": b""})
    await request.wait()

    assert application.headers == [(b"x-forwarded-for", b"192.0.2.2")]


@pytest.fixture
def upload(settings, db):
    """Sends 20 bytes where 30 are allowed to people who are signed in, and 10 to others; returns the status."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.LARGE_BODIES = 10, {"/files/": 30}

    async def send(path: str = "/files/new/", *, cookie: bytes = b"", size: int = 20) -> int:
        scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "headers": [(b"content-length", str(size).encode()), (b"cookie", cookie)],
        }
        request = ApplicationCommunicator(RequestDoor(Reader()), scope)
        await request.send_input({"type": "http.request", "body": b"x" * size})
        return (await request.receive_output())["status"]

    return send


@pytest.fixture
def signed_in(admin_client, settings) -> bytes:
    return f"{settings.SESSION_COOKIE_NAME}={admin_client.session.session_key}".encode()


@pytest.mark.django_db(transaction=True)
async def test_large_body_is_taken_from_somebody_signed_in_where_files_are_taken(upload, signed_in) -> None:
    assert await upload(cookie=signed_in) == 200
    assert await upload(cookie=signed_in, size=31) == 413
    assert await upload("/battles/", cookie=signed_in) == 413


@pytest.mark.django_db(transaction=True)
async def test_large_body_is_not_taken_from_strangers(upload, settings) -> None:
    assert await upload() == 413
    assert await upload(cookie=f"{settings.SESSION_COOKIE_NAME}=madeup".encode()) == 413
