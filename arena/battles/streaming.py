"""The stream of one completion: a bounded, expiring Redis stream from the worker to every web process.

Redis stamps each entry, so both sides of a battle are timed by one clock. The stream is only a view: the finished text
and its arrivals are in the database, and from there the same log can be built again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from arena.battles.models import Completion
from arena.battles.pace import ArrivalLog

MAX_ENTRIES = 4000
EXPIRE_SECONDS = 3600
CANCEL_CHANNEL = "gen:cancel"

StreamEntry = tuple[str, dict[str, str]]


def stream_key(completion_id: int) -> str:
    """Return the key of a completion's stream."""
    return f"gen:stream:{completion_id}"


def entry_ms(entry_id: str) -> int:
    """Return the milliseconds of the epoch at which Redis stored an entry."""
    return int(entry_id.partition("-")[0])


@dataclass(slots=True)
class Answer:
    """The text of a completion so far, with its arrivals. Feed it entries in their order."""

    text: str = ""
    times: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    ended_ms: int | None = None
    last_id: str = ""

    def feed(self, entries: Iterable[StreamEntry]) -> None:
        """Take in entries of the stream; those seen before must not come again."""
        for entry_id, fields in entries:
            self.last_id = entry_id
            if "end" in fields:
                self.ended_ms = entry_ms(entry_id)
            else:
                self.text += fields["t"]
                self.times.append(entry_ms(entry_id))
                self.lengths.append(len(self.text))

    @property
    def log(self) -> ArrivalLog:
        return ArrivalLog(tuple(self.times), tuple(self.lengths), self.ended_ms)


def stored_log(arrivals: Sequence[Sequence[int]], ended_ms: int | None) -> ArrivalLog:
    """Return the log of an answer as the database holds it: pairs of a time and the length by then."""
    return ArrivalLog(tuple(time for time, _ in arrivals), tuple(length for _, length in arrivals), ended_ms)


def stored_answer(completion: Completion) -> Answer:
    """Return the answer as the database holds it; complete only when the completion has finished."""
    log = stored_log(completion.arrivals, completion.ended_ms)
    return Answer(text=completion.text, times=list(log.times), lengths=list(log.lengths), ended_ms=log.ended_ms)
