"""What can go wrong in the prompt library. Each sentence may be shown to whoever asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class PromptError(Exception):
    """Base of all; `message` is shown."""

    message: str | _StrPromise = _("This cannot be done. Please go back and try again.")

    def __init__(self, sentence: str | _StrPromise = "") -> None:
        if sentence:
            self.message = sentence
        super().__init__(str(self.message))


class UnusableTextError(PromptError):
    """The text was refused by the screening."""


class ReasonMissingError(PromptError):
    """Who sends back or retires a prompt has to say why."""

    message = _("Please give a reason. Others read it in the prompt's history.")


class DuplicateTextError(PromptError):
    """The library has this text already."""

    message = _("This prompt is already in the library. Thank you all the same!")


class AlreadyReviewedError(PromptError):
    """Somebody else decided first; the sentence says who and what."""


class TextChangedError(PromptError):
    """The text is not the one that was looked at."""

    message = _("Somebody has edited this prompt since you opened it. Please read it again; nothing was decided.")


class CannotUndoError(PromptError):
    """Something happened to the prompt after the decision, or it was somebody else's."""

    message = _("This cannot be undone any more: something else has happened to the prompt since.")


class ImportStateError(PromptError):
    """The import is not in a state in which this can be asked."""

    message = _("This import has moved on. The page shows how it stands now.")
