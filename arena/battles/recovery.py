"""What follows when one side of a turn fails: pure decisions, no database.

Nothing that a rater has seen is ever replaced under their eyes. As long as they have seen nothing, the side is tried
once more. If that fails too, it is left out where at least two others stand; else contestants are drawn again without
the one that failed; and at the end the turn fails, which the rater is told in plain words and may retry.
"""

from dataclasses import dataclass
from enum import Enum, auto

from arena.battles.protocols import FEWEST_ANSWERS

TRIES_PER_SIDE = 2
DRAWS_PER_BATTLE = 3
# The same question to the same model would end the same way, or cost the rater another long wait.
NOT_WORTH_A_SECOND_TRY = frozenset({"timeout", "too_long", "refused", "misconfigured"})


class Step(Enum):
    TRY_AGAIN = auto()
    LEAVE_OUT = auto()
    DRAW_AGAIN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Situation:
    """A side has failed.

    Parameters
    ----------
    failure
        The kind of the failure.
    tries
        How often this side was asked in this attempt, the failed try included.
    draws
        How many pairs the battle has had.
    shown
        Whether the rater may have seen something of this attempt.
    late
        Whether so much time has passed that a new try would hardly end before the deadline of the turn.
    replaceable
        Whether others could take over: nothing of this battle was ever shown.
    others
        How many other sides of the attempt still stand.
    """

    failure: str
    tries: int
    draws: int
    shown: bool
    late: bool
    replaceable: bool
    others: int


def next_step(situation: Situation) -> Step:
    """Return what to do."""
    enough = situation.others >= FEWEST_ANSWERS
    if situation.shown or situation.late:
        return Step.LEAVE_OUT if enough else Step.END
    if situation.tries < TRIES_PER_SIDE and situation.failure not in NOT_WORTH_A_SECOND_TRY:
        return Step.TRY_AGAIN
    if enough:
        return Step.LEAVE_OUT
    if situation.replaceable and situation.draws < DRAWS_PER_BATTLE:
        return Step.DRAW_AGAIN
    return Step.END
