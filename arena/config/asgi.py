"""The ASGI application: HTTP by Django, websockets by Channels, for pages of our own origin only."""

import asyncio
import os
from importlib import import_module
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.config.settings")
django.setup()

# These import models, which need what the call above sets up.
from channels.routing import ProtocolTypeRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402

from arena.battles.services.notify import announce_on  # noqa: E402
from arena.config.garbage import keep_what_is_loaded  # noqa: E402
from arena.config.metrics_sockets import CountedSockets, SocketCounts  # noqa: E402
from arena.config.request_door import RequestDoor  # noqa: E402
from arena.config.routing import websockets  # noqa: E402
from arena.config.socket_door import SocketDoor  # noqa: E402
from arena.config.threads import Pages, Threads  # noqa: E402

# Fewer than the connections to the database that a process keeps, so that no page waits for one (`databases.py`).
THREADS = 12
door = RequestDoor(Threads(Pages(), THREADS).answer)


async def pages(scope: "HTTPScope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
    announce_on(asyncio.get_running_loop())
    await door(scope, receive, send)


sockets = CountedSockets(SocketDoor(websockets), SocketCounts())
application = ProtocolTypeRouter({"http": pages, "websocket": AllowedHostsOriginValidator(sockets)})

# With every view, which the first request would import otherwise.
import_module(settings.ROOT_URLCONF)
keep_what_is_loaded()
