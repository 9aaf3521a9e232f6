"""Who is worked on in the next step."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from models_registry.inference.cache import SlotCache
from models_registry.inference.request import Generation, State


@dataclass(frozen=True, slots=True)
class Chunk:
    """Positions `start` to `stop` of a prompt, to be read into a row."""

    generation: Generation
    row: int
    start: int
    stop: int

    @property
    def completes_prompt(self) -> bool:
        return self.stop == len(self.generation.prompt_ids)


@dataclass(frozen=True, slots=True)
class Plan:
    """One step: `decoding[i]`, in row i, gets a token; then the chunks are read."""

    decoding: tuple[Generation, ...]
    chunks: tuple[Chunk, ...]


class Scheduler:
    """Keeps the rows dense: first those that decode, then at most one whose prompt is half read.

    Dense rows let a step use a slice of the cache instead of gathering. When a request leaves, another row moves into
    its place. Prompts are read in order of arrival, at most `prefill_tokens` of them in a step, so that a long one
    delays the others' next token only by that much; how a prompt begins is copied from a row that begins alike.
    """

    def __init__(self, cache: SlotCache, *, slots: int, prefill_tokens: int) -> None:
        self._cache = cache
        self._slots = slots
        self._prefill_tokens = prefill_tokens
        self._waiting: deque[Generation] = deque()
        self._rows: list[Generation] = []

    @property
    def active(self) -> int:
        # One that has just finished is no longer counted, although its row is freed a moment after it was told.
        return sum(not generation.is_finished for generation in tuple(self._rows))

    @property
    def queued(self) -> int:
        return len(self._waiting)

    @property
    def has_work(self) -> bool:
        return bool(self._rows or self._waiting)

    def add(self, generation: Generation) -> None:
        """Put a request at the end of the queue."""
        self._waiting.append(generation)

    def __iter__(self) -> Iterator[Generation]:
        """Go through all requests, also those that wait; safe while they are removed."""
        return iter([*self._rows, *self._waiting])

    def schedule(self) -> Plan:
        """Decide on the next step, and mark the requests that it begins to read."""
        decoding = tuple(generation for generation in self._rows if generation.state is State.DECODING)
        return Plan(decoding, tuple(self._next_chunks()))

    def remove(self, generation: Generation) -> None:
        """Forget a request; the last of the decoding rows, and the half-read one behind it, close the gap."""
        if generation not in self._rows:
            self._waiting.remove(generation)
            return
        gap = self._rows.index(generation)
        last_decoding = sum(row.state is not State.PREFILLING for row in self._rows) - 1
        for row in sorted({last_decoding, len(self._rows) - 1}):
            if row > gap:
                self._move(row, gap)
                gap = row
        self._rows.pop()

    def clear(self) -> None:
        """Forget all requests."""
        self._waiting.clear()
        self._rows.clear()

    def _next_chunks(self) -> Iterator[Chunk]:
        budget = self._prefill_tokens
        while budget > 0:
            generation = self._half_read() or self._admit()
            if generation is None:
                return
            start = generation.prefilled
            stop = min(start + budget, len(generation.prompt_ids))
            chunk = Chunk(generation, self._rows.index(generation), start, stop)
            generation.prefilled = stop
            budget -= stop - start
            yield chunk
            if not chunk.completes_prompt:
                return

    def _half_read(self) -> Generation | None:
        last = self._rows[-1] if self._rows else None
        is_half_read = last is not None and last.prefilled < len(last.prompt_ids)
        return last if is_half_read else None

    def _admit(self) -> Generation | None:
        if not self._waiting or len(self._rows) >= self._slots:
            return None
        generation = self._waiting.popleft()
        generation.advance_to(State.PREFILLING)
        self._rows.append(generation)
        self._reuse_prefix(generation)
        return generation

    def _reuse_prefix(self, generation: Generation) -> None:
        """Copy what another row has read already: requests to one contestant begin with the same system prompt."""
        finished_reading = [row for row in self._rows if row.state is State.DECODING]
        lengths = [_common_prefix(row.prompt_ids, generation.prompt_ids) for row in finished_reading]
        longest = max(lengths, default=0)
        # The last token is read in any case, since the first of the answer is drawn from what it gives.
        generation.prefilled = min(longest, len(generation.prompt_ids) - 1)
        if generation.prefilled:
            source = self._rows.index(finished_reading[lengths.index(longest)])
            self._cache.copy_row(source, len(self._rows) - 1, generation.prefilled)

    def _move(self, source: int, target: int) -> None:
        generation = self._rows[source]
        self._rows[target] = generation
        self._cache.copy_row(source, target, generation.prefilled + len(generation.generated))


def _common_prefix(first: list[int], second: list[int]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
