"""Degenerate answers on their way through a worker: what reaches the stream, on each side alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import redis
from django.db import connections

from arena.battles.models import AnswerFinding, Battle, Completion
from arena.battles.services.voting import cast_vote
from arena.battles.streaming import stream_key
from arena.battles.worker.relay import run_completion
from arena.battles.worker.workbench import close_workbench
from models_registry.redis_connection import client
from tests.factories import make_arena, make_battle, make_contestant

pytestmark = pytest.mark.django_db(transaction=True)

BROKEN = "\N{REPLACEMENT CHARACTER}"
GOOD = {"text": "A good answer."}


@pytest.fixture
def arena(redis_client: redis.Redis) -> Iterator[SimpleNamespace]:
    yield make_arena()
    close_workbench()


def answered(arena: SimpleNamespace, script: dict[str, object], side: str) -> Battle:
    """A battle whose `side` answers by `script` and whose other side answers well, each once."""
    first, second = (script, GOOD) if side == "a" else (GOOD, script)
    arena.first = make_contestant(name="One", script=first)
    arena.second = make_contestant(name="Two", script=second)
    battle = make_battle(arena)

    def answer(completion_id: int) -> None:
        try:
            run_completion(completion_id=completion_id)
        finally:
            connections.close_all()

    ids = list(Completion.objects.filter(turn__battle=battle).values_list("pk", flat=True))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(answer, ids))
    return battle


def streamed(battle: Battle, side: str) -> str:
    completion = Completion.objects.filter(turn__battle=battle, side=side).earliest("pk")
    return "".join(fields.get("t", "") for _id, fields in client().xrange(stream_key(completion.pk)))


@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize(
    ("text", "shown", "failure"),
    [
        ("", "", "empty"),
        (" \n \u200b \n" * 5, "", "empty"),
        (BROKEN * 20, "", "broken"),
        ("It began well. " + BROKEN * 900, "It began well. ", "broken"),
    ],
    ids=["nothing", "blank", "broken", "breaks-later"],
)
def test_unusable_answer_is_never_shown(arena: SimpleNamespace, text: str, shown: str, failure: str, side: str) -> None:
    battle = answered(arena, {"text": text, "chunk_chars": 5}, side)

    first = Completion.objects.filter(turn__battle=battle, side=side).earliest("pk")
    assert (first.status, first.failure) == ("failed", failure)
    assert shown.startswith(streamed(battle, side))


@pytest.mark.parametrize("side", ["a", "b"])
def test_looping_answer_is_cut_kept_and_marked(arena: SimpleNamespace, side: str) -> None:
    script = {"text": "I like tea. " * 2000, "chunk_chars": 12, "chunk_delay": 0.001}

    battle = answered(arena, script, side)

    completion = Completion.objects.get(turn__battle=battle, side=side)
    assert (completion.status, completion.finish_reason) == ("done", "loop")
    assert 240 <= len(completion.text) < 1000
    assert streamed(battle, side) == completion.text
    assert AnswerFinding.objects.get().code == "loop"
    assert battle.turns.get().status == "complete"


def test_looping_answer_can_be_voted_on(arena: SimpleNamespace) -> None:
    battle = answered(arena, {"text": "I like tea. " * 2000, "chunk_chars": 12}, "b")
    battle.turns.update(released_at=battle.created_at)

    vote = cast_vote(battle_id=battle.pk, winner="model_a")

    assert vote.judged.count() == 2


def test_blank_beginning_does_not_end_the_wait_for_text(arena: SimpleNamespace, settings) -> None:
    settings.FIRST_TEXT_DEADLINE = 0.4
    script = {"text": "    " + "never shown", "chunk_chars": 4, "hang_at": 1}

    battle = answered(arena, script, "a")

    assert Completion.objects.filter(turn__battle=battle, side="a").earliest("pk").failure == "timeout"
