"""What a server's refusal means: from status and body to a typed error.

Messages are ours and go to the logs. What the server wrote may hold the conversation, so it goes only into `said`, for
the operator who tests the endpoint; `fit_to_show` has to take the key out before.
"""

import json
import time
from collections.abc import Container, Mapping
from email.utils import parsedate_to_datetime

from models_registry.inference.errors import (
    BackendUnavailableError,
    InferenceError,
    MalformedAnswerError,
    MisconfiguredBackendError,
    PromptTooLongError,
    RateLimitedError,
    RequestRefusedError,
)

LONGEST_SAID = 300
TOO_LONG = ("context_length", "exceed_context", "maximum context", "context window", "context size", "too many tokens")
OUT_OF_MONEY = "insufficient_quota"


TOO_MANY = 429
# The first line that holds a status counts.
_MEANINGS: tuple[tuple[Container[int], type[InferenceError], str], ...] = (
    (range(300, 400), MisconfiguredBackendError, "The server redirects; name the final address in base_url"),
    ((401, 403), MisconfiguredBackendError, "The server does not accept the key"),
    ((404, 405), MisconfiguredBackendError, "The server knows no such address or model"),
    ((TOO_MANY,), RateLimitedError, "The server takes no more requests"),
    ((408, 409, 425), BackendUnavailableError, "The server could not take the request now"),
    (range(400, 500), RequestRefusedError, "The server refused the request"),
    (range(500, 600), BackendUnavailableError, "The server failed"),
)


class TruncatedAnswerError(MalformedAnswerError):
    """The server stopped sending before it had said why the answer ends."""

    kind = "truncated"


class EndlessAnswerError(MalformedAnswerError):
    """The server sent far more than it was asked for."""

    kind = "endless"
    retryable = False


def error_of_response(status: int, headers: Mapping[str, str], body: bytes) -> InferenceError:
    """Return the error that a response other than 200 means."""
    return _error(status, _said(body), retry_after=seconds_to_wait(headers.get("retry-after", "")))


def error_of_event(error: object) -> InferenceError:
    """Return the error that a server reports in the middle of its stream."""
    fields = error if isinstance(error, dict) else {"message": str(error)}
    code = fields.get("code")
    said = " ".join(str(fields[name]) for name in ("type", "code", "message") if fields.get(name))
    return _error(code if isinstance(code, int) and code in range(400, 600) else 500, said)


def _error(status: int, said: str, retry_after: float | None = None) -> InferenceError:
    lowered = said.lower()
    if status in {400, 413, 422, 500} and any(words in lowered for words in TOO_LONG):
        return PromptTooLongError(f"The server's model cannot hold the conversation (status {status}).", said=said)
    if status == TOO_MANY and OUT_OF_MONEY in lowered:
        return MisconfiguredBackendError(f"The server's quota is used up (status {status}).", said=said)
    for statuses, error_class, sentence in _MEANINGS:
        if status in statuses:
            return error_class(f"{sentence} (status {status}).", said=said, retry_after=retry_after)
    return MalformedAnswerError(f"The server answered with status {status}.", said=said)


def seconds_to_wait(retry_after: str) -> float | None:
    """Return what a `Retry-After` header asks for, in seconds from now; None when it says nothing usable."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (ValueError, OverflowError):
        return None


def _said(body: bytes) -> str:
    text = body.decode(errors="replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    error = found.get("error", found) if isinstance(found, dict) else found
    if isinstance(error, dict):
        error = " ".join(str(error[name]) for name in ("type", "code", "message", "detail") if error.get(name))
    return str(error)


def fit_to_show(said: str, *, key: str) -> str:
    """Return what a server wrote, without the key, without control characters and not long."""
    hidden = said.replace(key, "[key]") if key else said
    plain = "".join(character if character.isprintable() else " " for character in hidden).strip()
    return plain if len(plain) <= LONGEST_SAID else plain[:LONGEST_SAID] + "…"
