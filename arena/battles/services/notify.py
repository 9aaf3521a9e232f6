"""Tell open tabs that a battle changed. Losing the message is harmless: tabs look at the database by themselves."""

import uuid

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError
from structlog import get_logger

from arena.battles.events import battle_group

logger = get_logger(__name__)


def announce(battle_id: uuid.UUID) -> None:
    """Send `battle.changed` to the tabs of a battle once the running transaction has committed."""
    transaction.on_commit(lambda: _send(battle_id))


def _send(battle_id: uuid.UUID) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(battle_group(battle_id), {"type": "battle.changed"})
    except (RedisError, OSError):
        logger.warning("battle_announcement_lost", battle_id=str(battle_id))
