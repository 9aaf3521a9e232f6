import threading
import time
from dataclasses import dataclass, field

import pytest
import torch

from models_registry.inference.detokenising import IncrementalText
from models_registry.inference.errors import (
    BackendUnavailableError,
    EngineFailedError,
    InferenceError,
    PromptTooLongError,
    RateLimitedError,
    RequestRefusedError,
)
from models_registry.inference.protocol import Delta, Finished, SamplingParameters, Usage
from models_registry.inference.request import Generation, State

STOP_ID = 257
PATIENCE = 30


@dataclass
class Listener:
    """Collects what a request is told."""

    events: list = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    spoken: threading.Event = field(default_factory=threading.Event)

    def __call__(self, event):
        self.events.append(event)
        self.spoken.set()
        if not isinstance(event, Delta):
            self.done.set()

    @property
    def ending(self):
        assert self.done.wait(PATIENCE)
        return self.events[-1]


class NumberText(IncrementalText):
    """Prints ids as numbers: the engine's own tests need no text."""

    def __init__(self):
        pass

    def push(self, token_id):
        return f"{token_id} "


def make_generation(prompt_ids, listener, request_id="r", seed=1, stop_ids=(STOP_ID,), **sampling):
    settings = {"temperature": 0.0, "max_new_tokens": 12, **sampling}
    return Generation(
        request_id=request_id,
        prompt_ids=prompt_ids,
        sampling=SamplingParameters(**settings),
        seed=seed,
        stop_ids=frozenset(stop_ids),
        text=NumberText(),
        sink=listener,
    )


def prompt(length, salt=0):
    return [(salt * 31 + index * 7) % 250 for index in range(length)]


def greedy_reference(model, prompt_ids, count):
    ids = torch.tensor([prompt_ids])
    output = model.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=count, eos_token_id=None
    )
    return output[0, len(prompt_ids) :].tolist()


def run_one(engine, prompt_ids, **settings):
    listener = Listener()
    generation = make_generation(prompt_ids, listener, **settings)
    engine.submit(generation)
    assert listener.done.wait(PATIENCE)
    return generation, listener


class Breakable(torch.nn.Module):
    """A layer norm that raises, or gives no numbers, while a condition on its input holds."""

    def __init__(self, inner, breaks, *, gives_nan=False):
        super().__init__()
        self.inner = inner
        self.breaks = breaks
        self.gives_nan = gives_nan

    def forward(self, hidden):
        if not self.breaks(hidden):
            return self.inner(hidden)
        if self.gives_nan:
            return self.inner(hidden) * torch.nan
        raise RuntimeError("the device is gone")


def break_when(model, breaks):
    model.model.norm = Breakable(model.model.norm, breaks)


@pytest.mark.parametrize("length", [1, 5, 16, 17, 40, 100])
def test_engine_gives_the_greedy_text_of_generate(tiny_model, start_engine, length):
    expected = greedy_reference(tiny_model, prompt(length), 12)
    engine = start_engine(tiny_model)

    generation, _ = run_one(engine, prompt(length), stop_ids=())

    assert generation.generated == expected
    assert len(set(expected)) > 1


def test_engine_gives_each_of_a_changing_batch_the_text_it_has_alone(tiny_model, start_engine):
    lengths = [3, 60, 9, 33, 1, 25, 47, 12, 8, 70]
    counts = [30, 4, 12, 1, 25, 9, 16, 2, 40, 7]
    expected = [
        greedy_reference(tiny_model, prompt(n, salt), c)
        for salt, (n, c) in enumerate(zip(lengths, counts, strict=True))
    ]
    engine = start_engine(tiny_model)
    listeners = [Listener() for _ in lengths]
    generations = [
        make_generation(prompt(n, salt), listeners[salt], f"r{salt}", stop_ids=(), max_new_tokens=c)
        for salt, (n, c) in enumerate(zip(lengths, counts, strict=True))
    ]

    for generation, listener in zip(generations, listeners, strict=True):
        engine.submit(generation)
        if generation.request_id == "r4":
            listener.spoken.wait(PATIENCE)  # the others join in the middle

    assert [listener.ending for listener in listeners] == [
        Finished("length", Usage(n, c)) for n, c in zip(lengths, counts, strict=True)
    ]
    assert [generation.generated for generation in generations] == expected


def test_engine_answers_requests_at_once_when_there_are_slots(tiny_model, start_engine):
    gate = threading.Event()
    break_when(tiny_model, lambda _hidden: not gate.wait(PATIENCE))
    engine = start_engine(tiny_model, slots=2)
    listeners = [Listener() for _ in range(5)]

    for index, listener in enumerate(listeners):
        engine.submit(make_generation(prompt(4), listener, f"r{index}"))
    waiting = engine.active + engine.queued
    gate.set()

    assert waiting == 5
    assert [listener.ending.reason for listener in listeners] == ["length"] * 5
    assert [listener.events for listener in listeners] == [listeners[0].events] * 5


def test_engine_goes_on_with_others_while_a_long_prompt_is_read(tiny_model, start_engine):
    longest_chunk = []
    break_when(tiny_model, lambda hidden: longest_chunk.append(hidden.shape[1]))
    engine = start_engine(tiny_model, prefill_tokens=8)
    first, second = Listener(), Listener()

    engine.submit(make_generation(prompt(4), first, "short", max_new_tokens=150, stop_ids=()))
    assert first.spoken.wait(PATIENCE)
    engine.submit(make_generation(prompt(80, salt=1), second, "long"))
    assert second.spoken.wait(PATIENCE)

    assert max(longest_chunk) == 8
    between = longest_chunk[longest_chunk.index(8) : len(longest_chunk) - longest_chunk[::-1].index(8)]
    assert between.count(1) >= 9


def test_engine_reads_a_common_beginning_once(tiny_model, start_engine):
    prompts = [prompt(40), [*prompt(40)[:30], 3, 1, 4], prompt(40), [9, *prompt(40)]]
    expected = [greedy_reference(tiny_model, each, 60) for each in prompts]
    read = []
    break_when(tiny_model, lambda hidden: hidden.shape[1] > 1 and read.append(hidden.shape[1]))
    engine = start_engine(tiny_model, prefill_tokens=64)
    listeners = [Listener() for _ in prompts]
    generations = [
        make_generation(each, listeners[index], f"r{index}", stop_ids=(), max_new_tokens=60)
        for index, each in enumerate(prompts)
    ]

    engine.submit(generations[0])
    assert listeners[0].spoken.wait(PATIENCE)
    for generation in generations[1:]:
        engine.submit(generation)
        assert listeners[generations.index(generation)].spoken.wait(PATIENCE)

    assert [listener.ending.reason for listener in listeners] == ["length"] * 4
    assert [generation.generated for generation in generations] == expected
    assert read == [40, 3, 41]  # the third has but its last token left to read


def test_engine_stops_at_a_stop_token_and_does_not_count_it(tiny_model, start_engine):
    expected = greedy_reference(tiny_model, prompt(9), 12)
    stop = next(token for index, token in enumerate(expected) if index and token not in expected[:index])
    engine = start_engine(tiny_model)

    generation, listener = run_one(engine, prompt(9), stop_ids=(stop,))

    assert listener.ending == Finished("stop", Usage(9, expected.index(stop)))
    assert generation.generated == expected[: expected.index(stop)]


def test_engine_repeats_a_text_for_a_seed_whatever_its_neighbours(tiny_model, start_engine):
    engine = start_engine(tiny_model)
    settings = {"temperature": 1.0, "max_new_tokens": 20, "stop_ids": ()}
    alone, _ = run_one(engine, prompt(6), seed=5, **settings)
    listeners = [Listener(), Listener(), Listener()]

    crowd = [
        make_generation(prompt(6), each, f"r{seed}", seed, **settings)
        for seed, each in zip((4, 5, 6), listeners, strict=True)
    ]
    for generation in crowd:
        engine.submit(generation)
    endings = [listener.ending.reason for listener in listeners]

    assert endings == ["length"] * 3
    assert crowd[1].generated == alone.generated
    assert crowd[0].generated != alone.generated != crowd[2].generated


def test_engine_wakes_the_listener_of_a_cancelled_request(tiny_model, start_engine):
    engine = start_engine(tiny_model)
    cancelled, other = Listener(), Listener()

    engine.submit(make_generation(prompt(3), cancelled, "a", max_new_tokens=180, stop_ids=()))
    engine.submit(make_generation(prompt(3), other, "b", max_new_tokens=100, stop_ids=()))
    assert cancelled.spoken.wait(PATIENCE)
    engine.cancel("a")

    assert cancelled.ending.reason == "cancelled"
    assert cancelled.ending.usage.completion_tokens < 180
    assert other.ending == Finished("length", Usage(3, 100))


def test_engine_cancels_a_request_that_still_waits(tiny_model, start_engine):
    engine = start_engine(tiny_model, slots=1)
    first, second = Listener(), Listener()

    engine.submit(make_generation(prompt(3), first, "a", max_new_tokens=150, stop_ids=()))
    engine.submit(make_generation(prompt(3), second, "b"))
    engine.cancel("b")
    engine.cancel("unknown")

    assert second.ending == Finished("cancelled", Usage(3, 0))
    assert first.ending == Finished("length", Usage(3, 150))


def test_engine_refuses_what_never_fits(tiny_model, start_engine):
    engine = start_engine(tiny_model, max_context=32)

    with pytest.raises(PromptTooLongError) as refused:
        engine.submit(make_generation(prompt(21), Listener()))
    generation, _ = run_one(engine, prompt(20), stop_ids=())

    assert (refused.value.kind, refused.value.retryable) == ("too_long", False)
    assert len(generation.generated) == 12


def test_engine_refuses_an_empty_prompt(tiny_model, start_engine):
    engine = start_engine(tiny_model)

    with pytest.raises(RequestRefusedError):
        engine.submit(make_generation([], Listener()))


def test_engine_refuses_a_second_request_of_one_id_in_flight(tiny_model, start_engine):
    engine = start_engine(tiny_model)
    listener = Listener()
    engine.submit(make_generation(prompt(3), listener, max_new_tokens=150, stop_ids=()))

    with pytest.raises(RequestRefusedError):
        engine.submit(make_generation(prompt(3), Listener()))

    assert listener.ending.reason == "length"


def test_engine_refuses_more_than_its_queue_holds(tiny_model, start_engine):
    gate = threading.Event()
    break_when(tiny_model, lambda _hidden: not gate.wait(PATIENCE))
    engine = start_engine(tiny_model, slots=1, max_queued=2)
    listeners = [Listener() for _ in range(3)]
    engine.submit(make_generation(prompt(3), listeners[0], "r0"))
    while engine.queued:
        time.sleep(0.001)
    engine.submit(make_generation(prompt(3), listeners[1], "r1"))
    engine.submit(make_generation(prompt(3), listeners[2], "r2"))

    with pytest.raises(RateLimitedError):
        engine.submit(make_generation(prompt(3), Listener(), "r3"))
    gate.set()

    assert [listener.ending.reason for listener in listeners] == ["length"] * 3


def test_engine_fails_only_the_request_whose_prompt_cannot_be_read(tiny_model, start_engine):
    expected = greedy_reference(tiny_model, prompt(4), 40)
    break_when(tiny_model, lambda hidden: hidden.shape[1] == 13)
    engine = start_engine(tiny_model, prefill_tokens=64)
    before, broken, after = Listener(), Listener(), Listener()

    generations = [
        make_generation(prompt(4), before, "before", max_new_tokens=40, stop_ids=()),
        make_generation(prompt(13), broken, "broken"),
        make_generation(prompt(4), after, "after", max_new_tokens=40, stop_ids=()),
    ]
    for generation in generations:
        engine.submit(generation)

    assert isinstance(broken.ending, EngineFailedError)
    assert before.ending == after.ending == Finished("length", Usage(4, 40))
    assert generations[0].generated == generations[2].generated == expected


def test_engine_fails_all_when_a_step_fails_and_then_works_again(tiny_model, start_engine):
    expected = greedy_reference(tiny_model, prompt(5), 12)
    broken = threading.Event()
    break_when(tiny_model, lambda hidden: hidden.shape[1] == 1 and broken.is_set())
    engine = start_engine(tiny_model)
    listeners = [Listener(), Listener()]

    for index, listener in enumerate(listeners):
        engine.submit(make_generation(prompt(5), listener, f"r{index}", max_new_tokens=180, stop_ids=()))
    assert all(listener.spoken.wait(PATIENCE) for listener in listeners)
    broken.set()
    endings = [listener.ending for listener in listeners]
    broken.clear()
    generation, _ = run_one(engine, prompt(5), stop_ids=())

    assert [(type(ending), ending.retryable) for ending in endings] == [(EngineFailedError, True)] * 2
    assert engine.ready
    assert generation.generated == expected


def test_engine_leaves_no_broken_numbers_behind(tiny_model, start_engine):
    expected = greedy_reference(tiny_model, prompt(5), 12)
    broken = threading.Event()
    broken.set()
    layer = tiny_model.model.layers[0]
    layer.input_layernorm = Breakable(layer.input_layernorm, lambda _hidden: broken.is_set(), gives_nan=True)
    engine = start_engine(tiny_model)

    _, listener = run_one(engine, prompt(30))
    broken.clear()
    generation, _ = run_one(engine, prompt(5), stop_ids=())

    assert isinstance(listener.ending, EngineFailedError)
    assert generation.generated == expected


def test_engine_gives_up_when_every_step_fails(tiny_model, start_engine):
    break_when(tiny_model, lambda hidden: hidden.shape[1] == 1)
    engine = start_engine(tiny_model)

    endings = [run_one(engine, prompt(5), request_id=f"r{index}")[1].ending for index in range(3)]
    with pytest.raises(BackendUnavailableError):
        engine.submit(make_generation(prompt(5), Listener()))

    assert [type(ending) for ending in endings] == [EngineFailedError] * 3
    assert not engine.ready


def test_engine_outlives_a_listener_that_raises(tiny_model, start_engine):
    engine = start_engine(tiny_model)

    def listener(_event):
        raise RuntimeError("the loop is closed")

    generation = make_generation(prompt(5), listener, "deaf", max_new_tokens=150, stop_ids=())
    engine.submit(generation)
    _, other = run_one(engine, prompt(5), request_id="other", max_new_tokens=40)

    assert other.ending.reason == "length"
    assert generation.state is State.CANCELLED


def test_engine_fails_what_is_in_flight_when_it_closes(tiny_model, start_engine):
    engine = start_engine(tiny_model, slots=1)
    first, second = Listener(), Listener()
    engine.submit(make_generation(prompt(3), first, "a", max_new_tokens=180, stop_ids=()))
    engine.submit(make_generation(prompt(3), second, "b"))
    assert first.spoken.wait(PATIENCE)

    engine.close()

    assert [type(listener.ending) for listener in (first, second)] == [BackendUnavailableError] * 2
    assert (engine.ready, engine.active, engine.queued) == (False, 0, 0)
    with pytest.raises(InferenceError):
        engine.submit(make_generation(prompt(3), Listener(), "c"))
