"""What the websocket of a battle sends: defined once, for the consumer that sends and the tests that read.

Delivery is at most once. Every event carries `seq`, counted per connection; a client that sees a gap asks for a
snapshot.
"""

from typing import Literal, NotRequired, TypedDict


class PaneText(TypedDict):
    text: str


class BattleSnapshot(TypedDict):
    """The released text of the current turn, whole: it replaces what a client has. Of every side that stands."""

    type: Literal["battle.snapshot"]
    seq: int
    turn: int
    attempt: int
    status: str
    a: NotRequired[PaneText]
    b: NotRequired[PaneText]
    c: NotRequired[PaneText]
    d: NotRequired[PaneText]


class TurnDelta(TypedDict):
    """Text to append to the panes of the sides that stand."""

    type: Literal["turn.delta"]
    seq: int
    turn: int
    attempt: int
    a: NotRequired[str]
    b: NotRequired[str]
    c: NotRequired[str]
    d: NotRequired[str]


class TurnWaiting(TypedDict):
    """Nothing to show yet; `warming` when no worker holds the models, `thinking` otherwise."""

    type: Literal["turn.waiting"]
    seq: int
    state: Literal["warming", "thinking"]


class TurnEnded(TypedDict):
    """The turn is released in full, stopped or failed: fetch the page part."""

    type: Literal["turn.ended"]
    seq: int
    turn: int
    attempt: int
    status: str


class BattleChanged(TypedDict):
    """A vote, a stop, a retry or a new turn, perhaps in another tab: fetch the page part."""

    type: Literal["battle.changed"]
    seq: int


BattleEvent = BattleSnapshot | TurnDelta | TurnWaiting | TurnEnded | BattleChanged


def battle_group(battle_id: object) -> str:
    """Return the channel group of a battle's open tabs."""
    return f"battle.{battle_id}"
