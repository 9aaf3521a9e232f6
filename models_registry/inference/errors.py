"""How a completion can fail. The messages are for operators and logs, and are never shown to raters."""

from typing import ClassVar


class InferenceError(Exception):
    """Base of all failures of a backend.

    Attributes
    ----------
    kind
        A stable word for storing, counting and deciding.
    retryable
        Whether the same request may succeed when it is sent again.
    said
        What a remote server wrote about it. It may repeat the conversation, so it is for whoever tests an endpoint and
        is never logged.
    retry_after
        Seconds after which the server wants to be asked again, where it said so.
    """

    kind: ClassVar[str] = "failed"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "", *, said: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.said = said
        self.retry_after = retry_after


class BackendUnavailableError(InferenceError):
    """The backend cannot be reached, is not ready in time, or was closed."""

    kind = "unavailable"
    retryable = True


class PromptTooLongError(InferenceError):
    """The conversation and the room for its answer exceed what the model can hold."""

    kind = "too_long"


class EngineFailedError(InferenceError):
    """The engine broke while it worked on this request."""

    kind = "engine_failed"
    retryable = True


class GenerationTimeoutError(InferenceError):
    """No text came within the time allowed."""

    kind = "timeout"
    retryable = True


class RequestRefusedError(InferenceError):
    """The backend will not answer this request, however often it is asked."""

    kind = "refused"


class MalformedAnswerError(InferenceError):
    """The backend sent something that is not an answer."""

    kind = "malformed"
    retryable = True


class RateLimitedError(InferenceError):
    """The backend has more requests than it takes."""

    kind = "rate_limited"
    retryable = True


class EmptyAnswerError(InferenceError):
    """The model ended its answer without a visible character."""

    kind = "empty"
    retryable = True


class MisconfiguredBackendError(InferenceError):
    """The backend's options or files are wrong; an operator has to act."""

    kind = "misconfigured"
