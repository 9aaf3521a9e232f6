"""What can go wrong between comparisons and ratings, as types."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROWS_NAMED = 10


class RatingsError(Exception):
    """Base of every error that this package raises on purpose."""


class InvalidComparisonsError(RatingsError):
    """Rows of the input cannot be comparisons.

    Attributes
    ----------
    reason : what is wrong, as a phrase.
    rows : positions of all offending rows, counted from 0.
    """

    def __init__(self, reason: str, rows: Iterable[int] = ()) -> None:
        self.reason = reason
        self.rows = tuple(int(row) for row in rows)
        super().__init__(f"{reason}{_name_rows(self.rows)}")


class DisconnectedError(RatingsError):
    """A joint fit was asked for competitors that no chain of comparisons connects.

    Attributes
    ----------
    components : labels of each connected component, the largest first. Fit them one by one.
    """

    def __init__(self, components: Sequence[Sequence[str]]) -> None:
        self.components = tuple(tuple(component) for component in components)
        sizes = ", ".join(str(len(component)) for component in self.components)
        super().__init__(
            f"No chain of comparisons connects these competitors: {len(self.components)} components of {sizes}. "
            "Fit each component by itself; their ratings have no common scale."
        )


class NotConvergedError(RatingsError):
    """An optimiser stopped before its tolerance; nothing it holds may be used as an estimate."""


class MissingColumnError(RatingsError):
    """The method needs a column (rater, prompt, ...) that the comparisons do not carry."""


def _name_rows(rows: tuple[int, ...]) -> str:
    if not rows:
        return ""
    named = ", ".join(str(row) for row in rows[:ROWS_NAMED])
    more = f" and {len(rows) - ROWS_NAMED} more" if len(rows) > ROWS_NAMED else ""
    return f" (row{'s' if len(rows) > 1 else ''} {named}{more})"
