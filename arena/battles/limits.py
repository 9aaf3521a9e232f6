"""How long a conversation may become. Pure, so that pages and services agree."""

from django.conf import settings


def conversation_is_full(*, turns: int, characters: int) -> bool:
    """Tell whether no further turn fits: too many turns, or more text than every contestant can read."""
    return turns >= settings.MAX_TURNS or characters >= settings.MAX_CONVERSATION_CHARS
