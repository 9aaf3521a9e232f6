"""The ASGI application: HTTP by Django, websockets by Channels, for pages of our own origin only."""

import os
import warnings

# Static files are small and read whole; the library that serves them has no asynchronous reader.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.config.settings")

from django.core.asgi import get_asgi_application  # noqa: E402 - settings must be named first

django_application = get_asgi_application()

# Routing imports models, which need the application registry that the call above fills.
from channels.routing import ProtocolTypeRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from arena.config.routing import websockets  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": AllowedHostsOriginValidator(websockets),
    }
)
