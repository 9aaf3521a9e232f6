"""What can be wrong with a rater's request. Each says what to do next and knows its HTTP status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from arena.safety.waiting import wait_sentence

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class BattleError(Exception):
    """Base of all. `message` is shown to the rater; after `seconds`, unless 0, it is worth asking again."""

    status = 400
    seconds = 0
    message: str | _StrPromise = _("This cannot be done. Please go back and try again.")

    def __init__(self, sentence: str = "") -> None:
        if sentence:
            self.message = sentence
        super().__init__(str(self.message))


class PromptRefusedError(BattleError):
    """The text of a prompt cannot be sent; the message says why."""

    status = 422


class ConsentNeededError(BattleError):
    """The rater has not agreed to the terms that are in force, or to earlier ones."""

    status = 409
    message = _(
        "What we record is said below, as it is now. What you wrote or chose is kept: send it again if you agree."
    )


class ProfileNeededError(BattleError):
    """The study asks for a profile before the first vote, and the rater's has questions without an answer."""

    status = 409
    message = _("This study begins with a few questions about you. Please answer them first; your text is kept here.")


class TopicNeededError(BattleError):
    """A scored conversation begins with what it will be about."""

    status = 422
    message = _("Please say first what you will talk about.")


class NoContestantsError(BattleError):
    """Fewer than two contestants can be drawn."""

    status = 503
    message = _("There are not enough models to compare right now. Please come back a little later.")


class ArenaBusyError(BattleError):
    """So many answers wait for a worker that another battle would hold up those that run."""

    status = 503
    seconds = 30
    message = _(
        "Many comparisons are waiting for the models right now. Your text is kept here: please send it again in half a "
        "minute."
    )


class NotReadyToVoteError(BattleError):
    """The current turn is not complete or not yet released in full."""

    status = 409
    message = _("Both answers must be complete before you vote. Please wait, or retry the turn.")


class BattleClosedError(BattleError):
    """The battle has a vote, was skipped or has ended."""

    status = 409
    message = _("This comparison is closed. Its result does not change any more.")


class TurnRunningError(BattleError):
    """A turn is running, so nothing new can be asked."""

    status = 409
    message = _("The models are still answering. Please wait or stop them first.")


class NotScoredError(BattleError):
    """The answers of the current turn have no scores yet, or some of them have none."""

    status = 409
    message = _("Please score every answer first. If the middle is right for one, say so below its slider.")


class NotFinishedError(BattleError):
    """A scored conversation is too short to end, or its newest answers have no scores."""

    status = 409
    message = _("A conversation has at least two turns, each with its scores. Please go on a little.")


class ConversationFullError(BattleError):
    """No further turn fits."""

    status = 409
    message = _("This conversation is as long as it can be. Please vote now.")


class UnknownChoiceError(BattleError):
    """A vote or a reason that does not exist."""

    status = 400
    message = _("That choice does not exist. Please use one of the buttons.")


class TooManyRequestsError(BattleError):
    """More than the rate limits allow; `seconds` is how long to wait."""

    status = 429

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(wait_sentence(seconds))
