"""The leaderboards of a fresh installation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoLeaderboard:
    """A published table over one kind of vote."""

    slug: str
    title: str
    description: str
    kind: str
    position: int


LEADERBOARDS = (
    DemoLeaderboard(
        slug="open-arena",
        title="Open arena",
        description="Votes of people who compared two answers without knowing which models gave them.",
        kind="human",
        position=0,
    ),
    DemoLeaderboard(
        slug="simulated-raters",
        title="Simulated raters",
        description="Made-up votes, to show what a leaderboard looks like: a simulator that was told the order of the "
        "models drew them at random. They are never mixed with the votes of people.",
        kind="simulated",
        position=1,
    ),
)
