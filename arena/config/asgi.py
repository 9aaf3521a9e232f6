"""The ASGI application: HTTP by Django, websockets by Channels, for pages of our own origin only."""

import os
import warnings
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application

# Static files are small and read whole; the library that serves them has no asynchronous reader.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.config.settings")

from django.core.asgi import get_asgi_application  # noqa: E402 - settings must be named first

django_application = get_asgi_application()

# Routing imports models, which need the application registry that the call above fills.
from channels.routing import ProtocolTypeRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from arena.config.body_limit import BodyLimit  # noqa: E402
from arena.config.metrics_sockets import CountedSockets  # noqa: E402
from arena.config.routing import websockets  # noqa: E402
from arena.config.socket_door import SocketDoor  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": BodyLimit(cast("ASGI3Application", django_application)),  # one type more loosely written than the other
        "websocket": AllowedHostsOriginValidator(CountedSockets(SocketDoor(websockets))),
    }
)
