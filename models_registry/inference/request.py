"""One request inside the engine: where it stands, and how it may go on."""

import logging
from collections.abc import Callable
from enum import Enum, auto

import torch

from models_registry.inference.detokenising import IncrementalText
from models_registry.inference.errors import InferenceError
from models_registry.inference.protocol import Delta, Finished, FinishReason, SamplingParameters, Usage

logger = logging.getLogger(__name__)

Sink = Callable[[Delta | Finished | InferenceError], None]


class State(Enum):
    """Where a request stands."""

    WAITING = auto()
    PREFILLING = auto()
    DECODING = auto()
    STOPPED = auto()
    EXHAUSTED = auto()
    CANCELLED = auto()
    FAILED = auto()


FINISH_REASONS: dict[State, FinishReason] = {
    State.STOPPED: "stop",
    State.EXHAUSTED: "length",
    State.CANCELLED: "cancelled",
}

_NEXT_STATES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.PREFILLING, State.CANCELLED, State.FAILED}),
    State.PREFILLING: frozenset({State.DECODING, State.CANCELLED, State.FAILED}),
    State.DECODING: frozenset({State.STOPPED, State.EXHAUSTED, State.CANCELLED, State.FAILED}),
    State.STOPPED: frozenset(),
    State.EXHAUSTED: frozenset(),
    State.CANCELLED: frozenset(),
    State.FAILED: frozenset(),
}


class Generation:
    """A request as the engine sees it: token ids in, token ids out, and someone who listens.

    The engine's thread alone changes it; `cancel_requested` is the one thing that others may set.

    Parameters
    ----------
    request_id
        The caller's id.
    prompt_ids
        The rendered conversation; must not be empty.
    sampling
        How tokens are drawn.
    seed
        Seeds this request's own random numbers, so that its neighbours in the batch do not use them up.
    stop_ids
        Tokens that end the answer.
    text
        Turns its tokens into text.
    sink
        Called on the engine's thread with each event; must return at once. One that raises cancels the request.
    """

    def __init__(  # noqa: PLR0913 - the parts of a request, all needed
        self,
        *,
        request_id: str,
        prompt_ids: list[int],
        sampling: SamplingParameters,
        seed: int,
        stop_ids: frozenset[int],
        text: IncrementalText,
        sink: Sink,
    ) -> None:
        self.request_id = request_id
        self.prompt_ids = prompt_ids
        self.sampling = sampling
        self.generated: list[int] = []
        self.prefilled = 0
        self.state = State.WAITING
        self.cancel_requested = False
        self._stop_ids = stop_ids
        self._text = text
        self._sink = sink
        self._random = torch.Generator().manual_seed(seed)

    @property
    def is_finished(self) -> bool:
        return not _NEXT_STATES[self.state]

    @property
    def next_position(self) -> int:
        """The position at which the newest token, not yet seen by the model, stands."""
        return len(self.prompt_ids) + len(self.generated) - 1

    @property
    def usage(self) -> Usage:
        return Usage(prompt_tokens=len(self.prompt_ids), completion_tokens=len(self.generated))

    def draw(self) -> float:
        """Return the next of this request's random numbers in [0, 1); always 0, the likeliest token, when greedy."""
        if self.sampling.temperature == 0:
            return 0.0
        return torch.rand((), generator=self._random).item()

    def advance_to(self, state: State) -> None:
        """Change the state.

        Raises
        ------
        RuntimeError
            If the table does not lead from the present state to that one: the engine has a mistake.
        """
        if state not in _NEXT_STATES[self.state]:
            raise RuntimeError(f"Request {self.request_id} cannot go from {self.state.name} to {state.name}.")
        self.state = state

    def accept(self, token_id: int) -> None:
        """Take a drawn token: pass its text on, and finish when it ends the answer or is the last one allowed."""
        if token_id in self._stop_ids:
            self._finish(State.STOPPED)
            return
        self.generated.append(token_id)
        text = self._text.push(token_id)
        if text:
            self._tell(Delta(text))
        if len(self.generated) >= self.sampling.max_new_tokens:
            self._finish(State.EXHAUSTED)

    def cancel(self) -> None:
        """Finish as cancelled; the listener is told, so that nobody waits for ever."""
        self._finish(State.CANCELLED)

    def fail(self, error: InferenceError) -> None:
        """Finish with an error; harmless when already finished."""
        if not self.is_finished:
            self.advance_to(State.FAILED)
            self._tell(error)

    def _finish(self, state: State) -> None:
        self.advance_to(state)
        self._tell(Finished(FINISH_REASONS[state], self.usage))

    def _tell(self, event: Delta | Finished | InferenceError) -> None:
        try:
            self._sink(event)
        except Exception:  # a listener that broke must not take the batch with it
            logger.exception("listener_failed", extra={"request_id": self.request_id})
            self.cancel_requested = True
