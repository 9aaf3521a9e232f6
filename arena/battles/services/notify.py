"""Tell open tabs that a battle changed. Losing the message is harmless: tabs look at the database by themselves."""

import asyncio
import uuid
from collections.abc import Coroutine

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles.events import battle_group

logger = get_logger(__name__)

_loop: asyncio.AbstractEventLoop | None = None


def announce_on(loop: asyncio.AbstractEventLoop) -> None:
    """Let announcements of this process go out on the loop that serves its sockets, so that no vote waits for them."""
    global _loop  # noqa: PLW0603 - a process has one such loop
    _loop = loop


def announce(battle_id: uuid.UUID) -> None:
    """Send `battle.changed` to the tabs of a battle once the running transaction has committed."""
    transaction.on_commit(lambda: _send(battle_id))


def _send(battle_id: uuid.UUID) -> None:
    loop = _loop
    if loop is not None and loop.is_running():
        _forget(_tell(battle_id), loop)
    else:
        async_to_sync(_tell)(battle_id)


def _forget(work: Coroutine[object, object, None], loop: asyncio.AbstractEventLoop) -> None:
    try:
        asyncio.run_coroutine_threadsafe(work, loop)
    except RuntimeError:  # the loop has just been closed
        work.close()


async def _tell(battle_id: uuid.UUID) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        await layer.group_send(battle_group(battle_id), {"type": "battle.changed"})
    except (RedisError, OSError):
        logger.warning("battle_announcement_lost", battle_id=str(battle_id))
