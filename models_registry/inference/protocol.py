"""What every backend promises: chat messages in, a stream of text out.

Nothing heavy is imported here, so that a web process may name these types without loading torch.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "cancelled"]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a conversation, in the order in which it was said."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class SamplingParameters:
    """How the next token is drawn.

    Parameters
    ----------
    temperature
        0 takes the most likely token each time; larger is more varied.
    top_p
        Keep the fewest tokens whose probabilities reach this sum, in (0, 1]; 1 keeps all.
    top_k
        Keep the k most likely tokens; 0 sets no limit of its own.
    repetition_penalty
        Above 1 makes tokens less likely that the conversation already holds; 1 does nothing.
    max_new_tokens
        The answer is cut off after this many tokens, at least 1.

    Raises
    ------
    ValueError
        If a value is outside its range.
    """

    temperature: float = 0.7
    top_p: float = 0.95
    top_k: int = 64
    repetition_penalty: float = 1.0
    max_new_tokens: int = 256

    def __post_init__(self) -> None:
        for name, is_valid, expected in (
            ("temperature", self.temperature >= 0, "at least 0"),
            ("top_p", 0 < self.top_p <= 1, "above 0 and at most 1"),
            ("top_k", self.top_k >= 0, "at least 0"),
            ("repetition_penalty", self.repetition_penalty > 0, "above 0"),
            ("max_new_tokens", self.max_new_tokens >= 1, "at least 1"),
        ):
            if not is_valid:
                raise ValueError(f"{name} must be {expected}, not {getattr(self, name)!r}.")


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """A conversation to be answered.

    `request_id` is the caller's own, unique among the requests that a backend has in flight.
    """

    request_id: str
    messages: tuple[ChatMessage, ...]
    sampling: SamplingParameters
    seed: int


@dataclass(frozen=True, slots=True)
class Usage:
    """How many tokens went in and came out; None where a remote server did not say.

    Engines of ours do not count the token that ends an answer; a remote server may.
    """

    prompt_tokens: int | None
    completion_tokens: int | None


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer, never empty; all pieces joined are the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of a stream."""

    reason: FinishReason
    usage: Usage


class CompletionBackend(Protocol):
    """Somewhere that answers conversations.

    Safe to use from several threads and event loops at once.
    """

    @property
    def ready(self) -> bool:
        """Whether a request sent now would be worked on at once or after those before it."""

    @property
    def active(self) -> int:
        """How many requests are being answered."""

    @property
    def queued(self) -> int:
        """How many requests wait for a place."""

    def start(self) -> None:
        """Begin to make ready, in the background; harmless when already started."""

    def close(self) -> None:
        """Stop; what is still in flight fails with `BackendUnavailableError`."""

    def stream(self, request: CompletionRequest) -> AsyncGenerator[Delta | Finished, None]:
        """Answer a conversation, piece by piece.

        Yields deltas and then exactly one `Finished`, or raises an `InferenceError`. Waits while the backend warms up.
        A reader that stops early closes the generator (`contextlib.aclosing`), which cancels the request.
        """

    async def cancel(self, request_id: str) -> None:
        """End a request soon; its stream then ends with `Finished("cancelled")`. Unknown ids are ignored."""
