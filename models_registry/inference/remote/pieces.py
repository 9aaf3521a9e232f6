"""One event of an answer: from its JSON to text, ending and usage."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from models_registry.inference.errors import MalformedAnswerError, RequestRefusedError
from models_registry.inference.protocol import FinishReason, Usage
from models_registry.inference.remote.failures import error_of_event

LAST = "[DONE]"
# The protocol's words, and those that some servers use instead.
REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "stop_sequence": "stop",
    "end_turn": "stop",
    "length": "length",
    "max_tokens": "length",
}
FILTERED = frozenset({"content_filter", "safety"})


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event adds to the answer; most add text only."""

    text: str = ""
    reason: FinishReason | None = None
    usage: Usage | None = None


def read_piece(data: str) -> Piece:
    """Return what an event says.

    What a model thinks before it answers is left out: it is not the answer.

    Raises
    ------
    MalformedAnswerError
        If it is no event of the protocol.
    RequestRefusedError
        If the server cut the answer off by a filter of its own.
    InferenceError
        If the event reports a failure; by its class.
    """
    try:
        event = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError("The server sent an event that is not JSON.") from error
    if not isinstance(event, dict):
        raise MalformedAnswerError("The server sent an event that is not an object.")
    if event.get("error"):
        raise error_of_event(event["error"])
    choice = _first(event.get("choices"))
    return Piece(text=_text(choice), reason=_reason(choice.get("finish_reason")), usage=_usage(event.get("usage")))


def _first(choices: object) -> Mapping[str, object]:
    """Return the first choice; an event without any carries usage alone."""
    if choices is None or choices == []:
        return {}
    if not isinstance(choices, list) or not isinstance(choices[0], dict):
        raise MalformedAnswerError("The server sent choices that are not a list of objects.")
    return choices[0]


def _text(choice: Mapping[str, object]) -> str:
    delta = choice.get("delta") or {}
    content = delta.get("content", "") if isinstance(delta, dict) else delta
    if content is None:
        return ""
    if not isinstance(delta, dict) or not isinstance(content, str):
        raise MalformedAnswerError("The server sent content that is not text.")
    try:
        content.encode()
    except UnicodeEncodeError as error:
        raise MalformedAnswerError("The server sent half of a character.") from error
    return content


def _reason(value: object) -> FinishReason | None:
    if value is None or value == "":
        return None
    word = value if isinstance(value, str) else ""
    if word in FILTERED:
        raise RequestRefusedError("The server's filter ended the answer.")
    if word not in REASONS:
        raise MalformedAnswerError("The server ended the answer for a reason that we do not know.")
    return REASONS[word]


def _usage(value: object) -> Usage | None:
    if not isinstance(value, dict):
        return None
    return Usage(_count(value.get("prompt_tokens")), _count(value.get("completion_tokens")))


def _count(value: object) -> int | None:
    """Return a number of tokens; what cannot be one is unknown."""
    plausible = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
    return int(str(value)) if plausible else None
