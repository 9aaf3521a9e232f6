"""A worker's whole way with one completion: real Redis, real threads, a scripted model."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import redis
from django.db import connections

from arena.battles.models import Battle, Completion, Turn
from arena.battles.services.turns import stop_turn
from arena.battles.services.voting import cast_vote
from arena.battles.streaming import Answer, stream_key
from arena.battles.worker.relay import run_completion
from arena.battles.worker.workbench import close_workbench, workbench
from models_registry.models import Contestant
from models_registry.redis_connection import client
from tests.factories import make_arena, make_battle, make_contestant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def fresh_workbench(redis_client: redis.Redis) -> Iterator[None]:
    yield
    close_workbench()


@pytest.fixture
def arena(fresh_workbench: None) -> SimpleNamespace:
    return make_arena()


def answer_both(battle: Battle) -> None:
    """Let two threads work as a generation worker's do."""

    def answer(completion_id: int) -> None:
        try:
            run_completion(completion_id=completion_id)
        finally:
            connections.close_all()

    waiting = Completion.objects.filter(turn__battle=battle, status="queued").values_list("pk", flat=True)
    with ThreadPoolExecutor(2) as pool:
        while ids := list(waiting.all()):
            list(pool.map(answer, ids))


def scripted(arena: SimpleNamespace, first: dict[str, object], second: dict[str, object]) -> Battle:
    # Nobody else can take over, so that what happens to these two is what the turn comes to.
    Contestant.objects.update(status=Contestant.Status.RETIRED)
    arena.first = make_contestant(name="One", script=first)
    arena.second = make_contestant(name="Two", script=second)
    return make_battle(arena)


def test_run_completion_completes_the_turn(arena: SimpleNamespace) -> None:
    battle = scripted(arena, {"text": "Because of scattering."}, {"text": "It is not blue, *really*. Café 🌊"})

    answer_both(battle)

    turn = battle.turns.get()
    texts = dict(turn.completions.values_list("side", "text"))
    assert (turn.status, texts) == (
        "complete",
        {"a": "Because of scattering.", "b": "It is not blue, *really*. Café 🌊"},
    )
    for completion in turn.completions.all():
        streamed = Answer()
        streamed.feed(client().xrange(stream_key(completion.pk)))
        assert (streamed.text, streamed.ended_ms) == (completion.text, completion.ended_ms)
        assert [list(pair) for pair in zip(streamed.times, streamed.lengths, strict=True)] == completion.arrivals
        assert (completion.status, completion.finish_reason) == ("done", "stop")
        assert client().ttl(stream_key(completion.pk)) > 0


def test_run_completion_again_changes_nothing(arena: SimpleNamespace) -> None:
    battle = scripted(arena, {"text": "One."}, {"text": "Two."})
    answer_both(battle)
    completion = Completion.objects.filter(turn__battle=battle).earliest("pk")
    before = client().xlen(stream_key(completion.pk))

    run_completion(completion_id=completion.pk)

    assert client().xlen(stream_key(completion.pk)) == before
    assert Completion.objects.get(pk=completion.pk).text == completion.text


@pytest.mark.parametrize("failing_side", ["a", "b"])
@pytest.mark.parametrize(
    "script",
    [
        {"text": "It breaks in the middle.", "fail_at": 2},
        {"text": ""},
        {"text": "\N{REPLACEMENT CHARACTER}" * 20},
    ],
    ids=["raises", "empty", "broken"],
)
def test_run_completion_of_a_failing_side_fails_the_turn(
    arena: SimpleNamespace, script: dict[str, object], failing_side: str
) -> None:
    good = {"text": "A good answer."}
    pair = (script, good) if failing_side == "a" else (good, script)
    battle = scripted(arena, *pair)

    answer_both(battle)

    turn = battle.turns.get()
    assert (turn.status, turn.released_at) == ("failed", None)
    assert set(turn.completions.filter(side=failing_side).values_list("status", flat=True)) == {"failed"}
    with pytest.raises(Exception, match="complete"):
        cast_vote(battle_id=battle.pk, winner="tie")


def test_run_completion_gives_up_a_silent_model(arena: SimpleNamespace, settings: SimpleNamespace) -> None:
    settings.FIRST_TEXT_DEADLINE = 0.3
    battle = scripted(arena, {"text": "A good answer."}, {"text": "Never.", "hang_at": 0})

    answer_both(battle)

    turn = battle.turns.get()
    assert (turn.status, turn.failure) == ("failed", "timeout")


def test_run_completion_is_ended_by_a_stop(arena: SimpleNamespace) -> None:
    slow = {"text": "word " * 400, "chunk_chars": 5, "chunk_delay": 0.05}
    battle = scripted(arena, slow, slow)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(answer_both, battle)
        while not workbench().state().active:
            pass

        stop_turn(battle_id=battle.pk)
        working.result(timeout=10)

    assert set(Completion.objects.values_list("status", flat=True)) == {"stopped"}
    assert Turn.objects.get().status == "stopped"


def test_run_completion_gives_the_model_its_own_earlier_answers(arena: SimpleNamespace) -> None:
    from arena.battles.services.completing import claim_completion
    from arena.battles.services.turns import continue_battle
    from tests.factories import complete_turn

    battle = make_battle(arena)
    complete_turn(battle.turns.get(), a="It scatters.", b="It reflects.")
    turn = continue_battle(battle_id=battle.pk, prompt="And the sea?")

    job = claim_completion(completion_id=turn.completions.get(side="b").pk)

    assert job is not None
    assert [(message.role, message.content) for message in job.request.messages] == [
        ("system", "You are a helpful assistant."),
        ("user", "Why is the sky blue?"),
        ("assistant", "It reflects."),
        ("user", "And the sea?"),
    ]
