"""The door of the websockets, through the whole ASGI application."""

from collections.abc import AsyncIterator, Callable

import pytest
import redis
from channels.db import database_sync_to_async

from arena.raters.models import Rater
from tests.clients import rater_cookie
from tests.factories import make_arena, make_ready_battle
from tests.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
Opener = Callable[[], Socket]


@pytest.fixture
def limited(settings, redis_client: redis.Redis) -> None:
    settings.RATE_LIMITS, settings.RATE_NETWORK_FACTOR = True, 10
    settings.RATES = {"prompt": "9/hour", "proposal": "9/hour", "vote": "9/hour", "socket": "3/hour", "page": "9/hour"}


@pytest.fixture
async def open_socket() -> AsyncIterator[Opener]:
    battle = await database_sync_to_async(lambda: make_ready_battle(make_arena()))()
    sockets: list[Socket] = []

    def make(rater: Rater = battle.rater) -> Socket:
        sockets.append(Socket(f"/ws/battles/{battle.pk}/", cookie=f"parallax_rater={rater_cookie(rater)}"))
        return sockets[-1]

    yield make
    for each in sockets:
        await each.close()


async def closing(socket: Socket) -> dict[str, object]:
    while (output := await socket.output())["type"] != "websocket.close":
        pass
    return output


async def test_socket_opened_too_often_is_told_when_to_come_back(limited: None, open_socket: Opener) -> None:
    for _ in range(3):
        await open_socket().open()

    late = open_socket()
    accepted = await late.open()
    closed = await closing(late)

    assert accepted
    assert closed["code"] == 4429
    assert 1 <= int(str(closed["reason"])) <= 3600


async def test_too_many_open_sockets_are_refused_until_one_closes(limited: None, open_socket: Opener, settings) -> None:
    settings.MAX_OPEN_SOCKETS, settings.RATES = 1, {**settings.RATES, "socket": "99/hour"}
    first, second, third = (open_socket() for _ in range(3))
    await first.open()
    await first.text()

    await second.open()
    refused = await closing(second)
    await first.close()
    await third.open()
    shown = await third.text()

    assert (refused["code"], refused["reason"]) == (4429, "30")
    assert "battle.snapshot" in shown


async def test_message_that_is_too_big_ends_the_socket(limited: None, open_socket: Opener) -> None:
    socket = open_socket()
    await socket.open()

    await socket.send({"type": "snapshot", "padding": "x" * 5000})

    assert (await closing(socket))["code"] == 1009


async def test_too_many_messages_end_the_socket(limited: None, open_socket: Opener) -> None:
    socket = open_socket()
    await socket.open()

    for _ in range(30):
        await socket.send({"type": "snapshot"})

    assert (await closing(socket))["code"] == 4429


async def test_outage_of_redis_keeps_no_socket_out(limited: None, open_socket: Opener, settings) -> None:
    settings.RATES = {**settings.RATES, "socket": "1/hour"}
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # the channel layer has its own address

    for _ in range(3):
        socket = open_socket()
        await socket.open()

        assert "battle.snapshot" in await socket.text()
