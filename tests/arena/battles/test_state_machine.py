"""Any number of tabs and workers, in any order, and after each step the laws hold."""

from contextlib import suppress

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from arena.battles.errors import BattleError
from arena.battles.models import Battle, Completion, Skip, Turn, Vote
from arena.battles.selectors import blind_battle, owned_battle
from arena.battles.services.completing import claim_completion, fail_completion, finish_completion
from arena.battles.services.sweeping import WORKER_LOST
from arena.battles.services.turns import close_overdue_turns, continue_battle, retry_turn, stop_turn
from arena.battles.services.voting import cast_vote, skip_battle
from arena.battles.streaming import Answer, stream_key
from models_registry.redis_connection import client
from tests.factories import TELLTALES, make_arena, make_battle, make_contestant

FAILURES = ["engine_failed", "timeout", "empty", "too_long", "stream_lost", WORKER_LOST]
WINNERS = list(Vote.Winner.values)
PICK = st.integers(0, 30)


class BattleMachine(RuleBasedStateMachine):
    """One battle. Workers hold what they claimed, also long after everybody else has forgotten it."""

    def __init__(self) -> None:
        super().__init__()
        # One transaction for each run, rolled back at its end.
        self.block = transaction.atomic()
        self.block.__enter__()
        arena = make_arena()
        make_contestant()
        make_contestant()
        self.battle = make_battle(arena)
        self.claimed: list[int] = []
        self.done: dict[int, str] = {}
        self.vote: tuple[int, str] | None = None

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def completions(self) -> list[int]:
        return list(Completion.objects.filter(turn__battle=self.battle).order_by("pk").values_list("pk", flat=True))

    # --- workers

    @rule(pick=PICK)
    def deliver(self, pick: int) -> None:
        """A message arrives, for the first time or again, at some worker."""
        ids = self.completions()
        completion_id = ids[pick % len(ids)]
        waiting = Completion.objects.get(pk=completion_id).status == Completion.Status.QUEUED
        job = claim_completion(completion_id=completion_id, worker="tester")
        assert job is None or (waiting and completion_id not in self.claimed)
        if job is not None:
            self.claimed.append(completion_id)

    @precondition(lambda self: self.claimed)
    @rule(pick=PICK)
    def say_something(self, pick: int) -> None:
        client().xadd(stream_key(self.claimed[pick % len(self.claimed)]), {"t": "Some text"})

    @precondition(lambda self: self.claimed)
    @rule(pick=PICK)
    def finish(self, pick: int) -> None:
        completion_id = self.claimed[pick % len(self.claimed)]
        milliseconds = int(timezone.now().timestamp() * 1000) - 3_600_000
        text = f"An answer to {completion_id}."
        stored = finish_completion(
            completion_id=completion_id,
            answer=Answer(text=text, times=[milliseconds], lengths=[len(text)], ended_ms=milliseconds),
            finish_reason="stop",
            prompt_tokens=1,
            completion_tokens=1,
        )
        assert not (stored and completion_id in self.done)
        if stored:
            self.done[completion_id] = text

    @precondition(lambda self: self.claimed)
    @rule(pick=PICK, failure=st.sampled_from(FAILURES), text=st.sampled_from(["", "Some text"]))
    def fail(self, pick: int, failure: str, text: str) -> None:
        """A side fails, or its worker dies; perhaps long after it has ended otherwise."""
        answer = Answer(text=text, times=[1] if text else [], lengths=[len(text)] if text else [])
        fail_completion(completion_id=self.claimed[pick % len(self.claimed)], failure=failure, answer=answer)

    @rule(late=st.booleans())
    def sweep(self, *, late: bool) -> None:
        if late:
            Turn.objects.filter(battle=self.battle).update(started_at=timezone.now() - timezone.timedelta(hours=1))
        close_overdue_turns()

    # --- tabs

    @rule()
    def stop(self) -> None:
        with suppress(BattleError):
            stop_turn(battle_id=self.battle.pk)

    @rule()
    def retry(self) -> None:
        with suppress(BattleError):
            retry_turn(battle_id=self.battle.pk)

    @rule()
    def say(self) -> None:
        with suppress(BattleError):
            continue_battle(battle_id=self.battle.pk, prompt="And then?")

    @rule(winner=st.sampled_from(WINNERS))
    def cast(self, winner: str) -> None:
        # In a view each request is a transaction of its own; here a savepoint stands for it.
        with suppress(BattleError), transaction.atomic():
            vote = cast_vote(battle_id=self.battle.pk, winner=winner)
            self.vote = self.vote or (vote.pk, winner)
            assert (vote.pk, vote.winner) == self.vote

    @rule()
    def skip(self) -> None:
        with suppress(BattleError), transaction.atomic():
            skip_battle(battle_id=self.battle.pk, reason="other")

    # --- laws

    @invariant()
    def there_is_one_vote_at_most_and_it_never_changes(self) -> None:
        stored = list(Vote.objects.filter(battle=self.battle).values_list("pk", "winner"))
        assert stored == ([self.vote] if self.vote else [])
        assert not (stored and Skip.objects.filter(battle=self.battle).exists())

    @invariant()
    def a_vote_judged_two_finished_answers_of_every_turn(self) -> None:
        for vote in Vote.objects.filter(battle=self.battle):
            judged = vote.judged.all()
            assert {completion.status for completion in judged} == {"done"}
            assert len(judged) == 2 * Turn.objects.filter(battle=self.battle).count()

    @invariant()
    def a_failure_is_never_an_answer(self) -> None:
        for turn in Turn.objects.filter(battle=self.battle, status=Turn.Status.COMPLETE):
            sides = Completion.objects.current().filter(turn=turn)
            assert [completion.status for completion in sides] == ["done", "done"]

    @invariant()
    def finished_answers_never_change(self) -> None:
        stored = dict(Completion.objects.filter(pk__in=self.done).values_list("pk", "text"))
        assert stored == self.done

    @invariant()
    def the_battle_has_ended_or_somebody_can_act(self) -> None:
        battle = owned_battle(battle_id=self.battle.pk, rater_id=self.battle.rater_id)
        assert battle is not None
        blind = blind_battle(battle)
        running = Completion.objects.current().filter(turn__battle=battle, status__in=("queued", "running"))
        if battle.status == Battle.Status.OPEN:
            assert blind.can_vote or blind.can_retry or (blind.can_stop and running.exists())
            assert bool(blind.error) == blind.can_retry
        else:
            assert (blind.can_vote, blind.can_retry, blind.can_stop) == (False, False, False)
            assert not running.exists()

    @invariant()
    def nothing_tells_who_answered(self) -> None:
        battle = owned_battle(battle_id=self.battle.pk, rater_id=self.battle.rater_id)
        assert battle is not None
        text = repr(blind_battle(battle)).lower()
        assert not [word for word in TELLTALES if word.lower() in text]


@pytest.fixture
def empty_streams(redis_client: object) -> None:
    """Nothing that another test left in Redis."""


@pytest.mark.property
@pytest.mark.slow
@pytest.mark.django_db
def test_battle_keeps_the_laws_whatever_tabs_and_workers_do(empty_streams: None) -> None:
    run_state_machine_as_test(
        BattleMachine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
