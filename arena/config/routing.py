"""The addresses of all websockets."""

from channels.routing import URLRouter

from arena.battles.routing import websocket_urlpatterns as battles
from ratings.routing import websocket_urlpatterns as ratings

websockets = URLRouter([*battles, *ratings])
