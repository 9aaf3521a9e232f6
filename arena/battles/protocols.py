"""The ways of asking: how many answers a turn has, when one may go on or finish, what is asked, which page shows it.

The row of a protocol in the database names its kind; what that means is said here, once. There is one machinery of
battles for all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from arena.battles.models import Side
from arena.studies.models import Protocol, Study

SIDES = tuple(Side)
# With fewer there is nothing to compare. While more stand, a side that fails may be left out.
FEWEST_ANSWERS = 2


@dataclass(frozen=True, slots=True)
class WayOfAsking:
    """What distinguishes a kind of protocol.

    Attributes
    ----------
    most_answers : how many contestants are drawn, where there are so many.
    later_answers : how many answers a later turn has.
    fewest_turns : before so many turns a conversation cannot be finished.
    is_scored : each turn is scored before another one follows, and an assessment ends the conversation; else one vote
        judges the battle.
    asks_topic : the rater says before the first prompt what kind of conversation it will be.
    template, start_template : the pages of a battle and of its start.
    """

    most_answers: int
    later_answers: int
    fewest_turns: int
    is_scored: bool
    asks_topic: bool
    template: str
    start_template: str

    def sides(self, *, turn_index: int, drawn: int) -> tuple[Side, ...]:
        """Return where the answers of a turn stand, when so many contestants were drawn."""
        return SIDES[: self.later_answers if turn_index else drawn]

    def may_go_on(self, *, is_scored: bool) -> bool:
        """Tell whether another turn may follow one that is complete."""
        return is_scored or not self.is_scored

    def may_finish(self, *, turns: int, scored: int) -> bool:
        """Tell whether a conversation of so many complete turns may be ended, when so many of them are scored."""
        return turns >= self.fewest_turns and (not self.is_scored or scored == turns)


PAIRWISE = WayOfAsking(
    most_answers=2,
    later_answers=2,
    fewest_turns=1,
    is_scored=False,
    asks_topic=False,
    template="battles/detail.html",
    start_template="battles/home.html",
)

PRISM = WayOfAsking(
    most_answers=4,
    later_answers=2,
    fewest_turns=2,
    is_scored=True,
    asks_topic=True,
    template="battles/scored.html",
    start_template="battles/scored_start.html",
)

_WAYS: Mapping[str, WayOfAsking] = {Protocol.Kind.PAIRWISE: PAIRWISE, Protocol.Kind.PRISM: PRISM}


def protocol_for(study: Study, *, asks_topic: bool) -> Protocol | None:
    """Return the protocol of a study, or the one beside it, that begins in this way; the study comes with both."""
    offered = (study.protocol, study.second_protocol)
    return next((row for row in offered if row is not None and way_of(row).asks_topic == asks_topic), None)


def way_of(protocol: Protocol) -> WayOfAsking:
    """Return the way of asking of a protocol.

    Raises
    ------
    KeyError
        When nothing is known of its kind, which the database would have refused.
    """
    return _WAYS[protocol.kind]
