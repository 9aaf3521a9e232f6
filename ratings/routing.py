"""The websocket address of this app."""

from django.urls import path

from ratings.consumers import LeaderboardConsumer

websocket_urlpatterns = [path("ws/leaderboards/<slug:slug>/", LeaderboardConsumer.as_asgi())]
