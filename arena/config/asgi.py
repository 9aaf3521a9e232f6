"""The ASGI application: HTTP by Django, websockets by Channels, for pages of our own origin only."""

import asyncio
import os
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from a2wsgi.wsgi_typing import WSGIApp
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.config.settings")

from django.core.wsgi import get_wsgi_application

django_application = cast("WSGIApp", get_wsgi_application())

# Routing imports models, which need the application registry that the call above fills.
from a2wsgi import WSGIMiddleware  # noqa: E402
from channels.routing import ProtocolTypeRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from arena.battles.services.notify import announce_on  # noqa: E402
from arena.config.metrics_sockets import CountedSockets  # noqa: E402
from arena.config.request_door import RequestDoor  # noqa: E402
from arena.config.routing import websockets  # noqa: E402
from arena.config.socket_door import SocketDoor  # noqa: E402

# Fewer than the connections to the database that a process keeps, so that no page waits for one (`databases.py`).
THREADS = 12
door = RequestDoor(cast("ASGI3Application", WSGIMiddleware(django_application, workers=THREADS)))


async def pages(scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
    announce_on(asyncio.get_running_loop())
    await door(scope, receive, send)


application = ProtocolTypeRouter(
    {"http": pages, "websocket": AllowedHostsOriginValidator(CountedSockets(SocketDoor(websockets)))}
)
