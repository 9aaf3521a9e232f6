"""The history of prompts: who did what, when and why."""

from collections.abc import Collection

from django.contrib.auth.models import User

from arena.prompts.models import PromptEvent

ROWS_AT_ONCE = 2_000


def record(  # noqa: PLR0913 - what a row of the history holds
    prompts: Collection[int],
    action: str,
    *,
    status: str,
    actor: User | None = None,
    actor_name: str = "",
    reason: str = "",
) -> list[PromptEvent]:
    """Note that `actor` did `action` to each of `prompts`, which are in state `status` after it."""
    name = actor.get_username() if actor else actor_name
    return PromptEvent.objects.bulk_create(
        [
            PromptEvent(prompt_id=pk, action=action, status=status, actor=actor, actor_name=name, reason=reason)
            for pk in prompts
        ],
        batch_size=ROWS_AT_ONCE,
    )
