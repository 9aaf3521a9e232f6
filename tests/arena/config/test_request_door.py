import pytest
from asgiref.testing import ApplicationCommunicator

from arena.config.request_door import RequestDoor


class Reader:
    """Reads a body to its end and says how long it was."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def __call__(self, _scope, body, send) -> None:
        self.sizes.append(len(body.read()))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def asking(reader: Reader, *headers: tuple[bytes, bytes]) -> ApplicationCommunicator:
    scope = {"type": "http", "method": "POST", "path": "/", "headers": list(headers)}
    return ApplicationCommunicator(RequestDoor(reader), scope)


async def test_body_within_the_limit_is_read(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    request = asking(Reader(), (b"content-length", b"10"))

    await request.send_input({"type": "http.request", "body": b"x" * 10})

    assert (await request.receive_output())["status"] == 200


async def test_body_announced_too_large_is_refused_unread(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    reader = Reader()
    request = asking(reader, (b"content-length", b"11"))

    await request.send_input({"type": "http.request", "body": b"x" * 11})
    status, body = (await request.receive_output())["status"], (await request.receive_output())["body"]

    assert (status, reader.sizes) == (413, [])
    assert b"too large" in body


async def test_body_that_grows_too_large_is_refused(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    reader = Reader()
    request = asking(reader)

    for _ in range(3):
        await request.send_input({"type": "http.request", "body": b"x" * 5, "more_body": True})

    assert ((await request.receive_output())["status"], reader.sizes) == (413, [])


async def test_body_that_breaks_off_reaches_nobody(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    reader = Reader()
    request = asking(reader, (b"content-length", b"10"))

    await request.send_input({"type": "http.request", "body": b"x" * 5, "more_body": True})
    await request.send_input({"type": "http.disconnect"})
    await request.wait()

    assert reader.sizes == []


async def test_body_in_pieces_is_put_together(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 3_000_000
    reader = Reader()
    request = asking(reader)

    for more in (True, False):
        await request.send_input({"type": "http.request", "body": b"x" * 1_000_000, "more_body": more})

    assert ((await request.receive_output())["status"], reader.sizes) == (200, [2_000_000])


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
