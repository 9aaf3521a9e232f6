"""How a battle becomes a row: as it is, or as a preference to train on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from arena.battles.models import Vote
from arena.releases.models import Export
from arena.releases.schema import BATTLES, PREFERENCES, Column

Row = dict[str, Any]  # Any: what the type of each column allows
SIDES = {Vote.Winner.MODEL_A: ("a", "b"), Vote.Winner.MODEL_B: ("b", "a")}
SHARED = ("battle", "rater", "draw_probability", "category", "language", "kind", "justification")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a data file, and what makes its rows out of battles.

    `convert` returns a row, or why there is none: one of `population.REASONS`.
    """

    columns: tuple[Column, ...]
    convert: Callable[[Row], Row | str]
    meaning: str

    def split(self, rows: Iterable[Row]) -> tuple[list[Row], list[str]]:
        """Return the rows, and the reasons of those that there are none of."""
        converted = [self.convert(row) for row in rows]
        kept = [row for row in converted if not isinstance(row, str)]
        return kept, [row for row in converted if isinstance(row, str)]


def as_preference(row: Row) -> Row | str:
    """Return who was chosen over whom; ties and both-bad votes choose nobody, and are never guessed."""
    if row["winner"] not in SIDES:
        return str(row["winner"])
    chosen, rejected = SIDES[row["winner"]]
    if not row["conversation_a"] or not row["conversation_b"]:
        return "no_text"
    return {
        **{name: row[name] for name in SHARED},
        "prompt": row["conversation_a"][:1],
        "chosen": row[f"conversation_{chosen}"][1:],
        "rejected": row[f"conversation_{rejected}"][1:],
        "chosen_model": row[f"model_{chosen}"],
        "rejected_model": row[f"model_{rejected}"],
        "chosen_side": chosen,
        "strength": None if row["strength"] is None else abs(row["strength"]),
    }


LAYOUTS = {
    Export.Layout.BATTLES: Layout(BATTLES, lambda row: row, "One row for each battle with a vote."),
    Export.Layout.PREFERENCES: Layout(
        PREFERENCES,
        as_preference,
        "One row for each vote for one of the two answers, as TRL's trainers take them: prompt, chosen and rejected "
        "are lists of messages.",
    ),
}
