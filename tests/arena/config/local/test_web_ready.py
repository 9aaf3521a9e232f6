import asyncio

import pytest

from arena.config.local.web_ready import answers

pytestmark = pytest.mark.unit


async def ask_a_server_that_says(status_line):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status_line}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answer = await answers("0.0.0.0", port, "/healthz")  # noqa: S104 - what an operator may set as HOST
    server.close()
    await server.wait_closed()
    return answer, await answers("127.0.0.1", port, "/healthz")


@pytest.mark.parametrize(("status_line", "expected"), [("200 OK", True), ("503 Service Unavailable", False)])
async def test_web_answers_when_it_says_so_and_not_when_nothing_listens(status_line, expected):
    assert await ask_a_server_that_says(status_line) == (expected, False)
