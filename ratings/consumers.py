"""The websocket of a leaderboard page: it says that there is another snapshot, and nothing else."""

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from ratings.events import LeaderboardPublished, leaderboard_group
from ratings.selectors import published_number

NOT_FOUND = 4404


class LeaderboardConsumer(AsyncJsonWebsocketConsumer):
    """Sends the current number once, then forwards `LeaderboardPublished`. Takes nothing from the page."""

    async def connect(self) -> None:
        slug = self.scope["url_route"]["kwargs"]["slug"]
        self.group = ""
        if await database_sync_to_async(published_number)(slug) is None:
            # Accepted first, because a browser learns the code of an accepted socket only, and then stops trying.
            await self.accept()
            await self.close(code=NOT_FOUND)
            return
        self.group = leaderboard_group(slug)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        # Read only now: what is published from here on reaches the group, and what was before is in this number.
        number = await database_sync_to_async(published_number)(slug)
        await self.send_json(LeaderboardPublished(type="leaderboard.published", number=number or 0))

    async def disconnect(self, code: int) -> None:  # noqa: ARG002  Channels' signature
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: object) -> None:
        """Ignore whatever a page sends."""

    async def leaderboard_published(self, event: LeaderboardPublished) -> None:
        # The event holds no result, only that there is one, so a board that stopped being public gives nothing away.
        await self.send_json(event)
