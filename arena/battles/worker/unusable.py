"""Answers that are none: the model spoke, and yet there is nothing that could be shown."""

from arena.safety.reasons import Reason
from models_registry.inference.errors import EmptyAnswerError, InferenceError


class BrokenAnswerError(InferenceError):
    """Too many of the answer's characters are broken."""

    kind = "broken"


UNUSABLE: dict[Reason | None, type[InferenceError]] = {
    Reason.EMPTY: EmptyAnswerError,
    Reason.BROKEN: BrokenAnswerError,
}
