import json

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator

from ratings.services.refreshing import refresh_leaderboard
from tests.ratings.fake_source import make_input, votes

pytestmark = [pytest.mark.integration, pytest.mark.django_db(transaction=True)]


class Page:
    """The socket of an open page. (The tester that Channels ships imports a server that we do not use.)"""

    def __init__(self, slug, origin="http://testserver"):
        from arena.config.asgi import application

        path = f"/ws/leaderboards/{slug}/"
        headers = [(b"origin", origin.encode()), (b"host", b"testserver")]
        scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []}
        self.connection = ApplicationCommunicator(application, scope)

    async def open(self):
        await self.connection.send_input({"type": "websocket.connect"})
        return await self.connection.receive_output(5)

    async def receive(self):
        return json.loads((await self.connection.receive_output(5))["text"])

    async def close(self):
        await self.connection.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.connection.wait(5)


async def test_socket_tells_the_current_number_and_then_each_publication(published, source):
    page = Page("open")
    assert (await page.open())["type"] == "websocket.accept"
    assert await page.receive() == {"type": "leaderboard.published", "number": 1}

    source.inputs["human"] = make_input(votes(count=601))
    await sync_to_async(refresh_leaderboard)("open")

    assert await page.receive() == {"type": "leaderboard.published", "number": 2}
    await page.close()


async def test_socket_hears_nothing_of_other_boards_or_of_no_change(published, make_board):
    await sync_to_async(make_board)("other")
    page = Page("open")
    await page.open()
    await page.receive()

    await sync_to_async(refresh_leaderboard)("other")
    await sync_to_async(refresh_leaderboard)("open")

    assert await page.connection.receive_nothing(timeout=0.5)
    await page.close()


async def test_socket_ignores_what_a_page_sends(published):
    page = Page("open")
    await page.open()
    await page.receive()

    await page.connection.send_input({"type": "websocket.receive", "text": "no json {"})

    assert await page.connection.receive_nothing(timeout=0.3)
    await page.close()


@pytest.mark.parametrize("slug", ["nowhere", "hidden"])
async def test_socket_of_a_missing_or_private_board_is_closed_for_good(make_board, slug):
    await sync_to_async(make_board)("hidden", is_public=False)
    page = Page(slug)
    await page.open()

    assert await page.connection.receive_output(5) == {"type": "websocket.close", "code": 4404}


async def test_socket_of_another_origin_is_refused(published):
    page = Page("open", origin="https://elsewhere.example")

    assert await page.open() == {"type": "websocket.close"}
