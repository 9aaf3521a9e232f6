"""What follows a failure, as a decision."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.battles.recovery import DRAWS_PER_BATTLE, TRIES_PER_SIDE, Situation, Step, next_step

MOST_OTHERS = 3
FRESH = Situation(failure="engine_failed", tries=1, draws=1, shown=False, late=False, replaceable=True, others=1)

situations = st.builds(
    Situation,
    failure=st.sampled_from(["engine_failed", "timeout", "too_long", "worker_lost", "empty"]),
    tries=st.integers(1, 3),
    draws=st.integers(1, 4),
    shown=st.booleans(),
    late=st.booleans(),
    replaceable=st.booleans(),
    others=st.integers(0, MOST_OTHERS),
)


@pytest.mark.parametrize(
    ("changes", "step"),
    [
        ({}, Step.TRY_AGAIN),
        ({"tries": 2}, Step.DRAW_AGAIN),
        ({"failure": "timeout"}, Step.DRAW_AGAIN),
        ({"failure": "timeout", "replaceable": False}, Step.END),
        ({"tries": 2, "draws": 3}, Step.END),
        ({"shown": True}, Step.END),
        ({"late": True}, Step.END),
        ({"others": 2}, Step.TRY_AGAIN),
        ({"others": 2, "tries": 2}, Step.LEAVE_OUT),
        ({"others": 2, "failure": "timeout"}, Step.LEAVE_OUT),
        ({"others": 2, "shown": True}, Step.LEAVE_OUT),
        ({"others": 3, "late": True}, Step.LEAVE_OUT),
    ],
)
def test_next_step_of(changes: dict[str, object], step: Step) -> None:
    assert next_step(replace(FRESH, **changes)) is step


@given(situations)
def test_next_step_comes_to_an_end(situation: Situation) -> None:
    steps = 0
    while (step := next_step(situation)) is not Step.END:
        situation = replace(
            situation,
            tries=situation.tries + 1 if step is Step.TRY_AGAIN else 1,
            draws=situation.draws + (step is Step.DRAW_AGAIN),
            others=situation.others - (step is Step.LEAVE_OUT),
        )
        steps += 1

    assert steps < TRIES_PER_SIDE * (DRAWS_PER_BATTLE + MOST_OTHERS)


@given(situations)
def test_next_step_never_replaces_what_was_shown(situation: Situation) -> None:
    assert next_step(replace(situation, shown=True)) in {Step.END, Step.LEAVE_OUT}
