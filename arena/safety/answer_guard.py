"""Decide, while an answer is being written, what of it may be shown and whether it is worth going on.

An empty or a broken answer is a failure, and a failure must not be seen first: text is held back until it has a visible
mark, and while too many of its characters are broken. An answer that says the same thing again and again is an answer,
but nobody needs all of it. The final word on a whole answer is `arena.safety.screen.screen_answer`.
"""

from arena.safety.loops import TAIL_CHARS, ends_in_loop
from arena.safety.normalise import is_removed
from arena.safety.screen import MAX_BROKEN_SHARE, has_visible, is_unprintable

# More than the 48 characters that mark a finished answer: what is written now may be a line of a table.
STUCK_REPEATS = 6
STUCK_CHARS = 240
LOOK_EVERY = 64
MOST_HELD_CHARS = 400


class AnswerGuard:
    """Takes the pieces of one answer in their order."""

    def __init__(self) -> None:
        self.held = ""
        self._tail = ""
        self._unlooked = 0
        self._marks = self._broken = 0
        self._is_visible = False
        self.is_looping = False

    def let_through(self, piece: str) -> str:
        """Return what may be shown now: all that was held and `piece`, or nothing, which holds `piece` too.

        What was let through, joined, is never empty or broken by the measure of `screen_answer`.
        """
        self._count(piece)
        self._look_for_loop(piece)
        self.held += piece
        if not self._is_visible or self._is_broken():
            return ""
        shown, self.held = self.held, ""
        return shown

    @property
    def is_hopeless(self) -> bool:
        """Whether so much is held back that the rest need not be waited for."""
        return len(self.held) > MOST_HELD_CHARS and self._is_broken()

    def _is_broken(self) -> bool:
        return self._broken > MAX_BROKEN_SHARE * self._marks

    def _count(self, piece: str) -> None:
        marks = [character for character in piece if not character.isspace() and not is_removed(character)]
        broken = sum(map(is_unprintable, marks))
        self._marks, self._broken = self._marks + len(marks), self._broken + broken
        self._is_visible = self._is_visible or has_visible("".join(marks))

    def _look_for_loop(self, piece: str) -> None:
        self._tail = (self._tail + piece)[-2 * TAIL_CHARS :]
        self._unlooked += len(piece)
        if self._unlooked >= LOOK_EVERY and not self.is_looping:
            self._unlooked = 0
            self.is_looping = ends_in_loop(self._tail, repeats=STUCK_REPEATS, characters=STUCK_CHARS)
