"""What the worker tells open leaderboard pages: one payload and one address, shared by both ends."""

from typing import Literal, TypedDict


class LeaderboardPublished(TypedDict):
    """A leaderboard has another current snapshot. Carries no data: pages ask for the table again."""

    type: Literal["leaderboard.published"]
    number: int


def leaderboard_group(slug: str) -> str:
    """Return the channel layer's group for the pages that show leaderboard `slug`."""
    return f"leaderboard.{slug}"
