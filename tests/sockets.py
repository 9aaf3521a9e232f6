"""A websocket client that speaks ASGI to the application directly, without a server between."""

import json

from asgiref.testing import ApplicationCommunicator

PATIENCE = 10


class Socket:
    def __init__(self, path: str, *, cookie: str = "", origin: str = "http://localhost") -> None:
        from arena.config.asgi import application  # builds the middleware, which wants the collected static files

        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "subprotocols": [],
            "headers": [(b"cookie", cookie.encode()), (b"origin", origin.encode()), (b"host", b"localhost")],
        }
        self._communicator = ApplicationCommunicator(application, scope)

    async def open(self) -> bool:
        """Return whether the application accepted the connection."""
        await self._communicator.send_input({"type": "websocket.connect"})
        return (await self.output())["type"] == "websocket.accept"

    async def output(self) -> dict[str, object]:
        return await self._communicator.receive_output(timeout=PATIENCE)

    async def text(self) -> str:
        output = await self.output()
        assert output["type"] == "websocket.send", output
        return str(output["text"])

    async def send(self, content: object) -> None:
        await self._communicator.send_input({"type": "websocket.receive", "text": json.dumps(content)})

    async def close(self) -> None:
        await self._communicator.send_input({"type": "websocket.disconnect", "code": 1001})
        await self._communicator.wait()
