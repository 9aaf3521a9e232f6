"""What code may hold before the vote, and what it may hold only after.

A `BlindBattle` has no field that could tell which model answered: no contestant, no snapshot, no tokens, no times. A
`RevealedBattle` is made in one place only, `arena.battles.reveal.reveal_models`, and only for a stored vote.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class BlindAnswer:
    """One pane: `text` as far as it is released, `html` when the turn is complete and released in full."""

    text: str = ""
    html: SafeString | None = None


@dataclass(frozen=True, slots=True)
class BlindTurn:
    """A turn; `answers` are those that stand, by their side."""

    index: int
    prompt: str
    status: str
    attempt: int
    answers: Mapping[str, BlindAnswer]

    @property
    def characters(self) -> int:
        return len(self.prompt) + sum(len(answer.text) for answer in self.answers.values())

    @property
    def a(self) -> BlindAnswer:
        return self.answers["a"]

    @property
    def b(self) -> BlindAnswer:
        return self.answers["b"]


@dataclass(frozen=True, slots=True)
class BlindBattle:
    """A battle as its rater may see it before the vote."""

    id: uuid.UUID
    status: str
    turns: tuple[BlindTurn, ...]
    error: str
    can_vote: bool
    can_stop: bool
    can_retry: bool
    can_continue: bool
    asks_identity: bool = False

    @property
    def is_open(self) -> bool:
        return self.status == "open"


@dataclass(frozen=True, slots=True)
class RevealedModel:
    """What the reveal tells of one side; numbers are ready for display."""

    name: str
    organisation: str
    licence: str
    parameters: str
    url: str
    seconds: str
    tokens: int | None  # None where a remote server did not count them
    rating: str
    interval: str
    rank: str


@dataclass(frozen=True, slots=True)
class RevealedBattle:
    winner: str
    winner_label: str
    voted_at: datetime
    a: RevealedModel
    b: RevealedModel
