"""Ask the web server whether it answers, without a client library."""

import asyncio

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not listened on
PATIENCE = 2.0
# Where only TLS is served, a plain request is redirected; this is how the proxy says that it came by TLS.
FORWARDED = "X-Forwarded-Proto: https\r\n"


async def answers(host: str, port: int, path: str) -> bool:
    """Return whether a request for `path` is answered with 200; never raise because it is not."""
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(ANYWHERE.get(host, host), port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{FORWARDED}Connection: close\r\n\r\n".encode())
                await writer.drain()
                status_line = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
    return b" 200 " in status_line
