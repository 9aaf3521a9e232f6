from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connections
from django.utils import timezone

from arena.battles.errors import BattleClosedError, NotReadyToVoteError, UnknownChoiceError
from arena.battles.models import Battle, Completion, Skip, Turn, Vote
from arena.battles.services.voting import cast_vote, skip_battle
from tests.factories import complete_turn, make_arena, make_battle, make_ready_battle, make_turn


@pytest.mark.parametrize("winner", ["model_a", "model_b", "tie", "both_bad"])
def test_cast_vote_stores_the_vote_with_what_it_judged(arena: SimpleNamespace, winner: str) -> None:
    battle = make_ready_battle(arena)

    vote = cast_vote(battle_id=battle.pk, winner=winner)

    battle.refresh_from_db()
    assert (vote.winner, vote.rater_id, vote.kind, vote.consent_revision) == (
        winner,
        battle.rater_id,
        "human",
        arena.consent,
    )
    assert set(vote.judged.all()) == set(Completion.objects.filter(turn__battle=battle))
    assert vote.seconds_to_vote == pytest.approx(1.0, abs=5.0)
    assert battle.status == "voted"


def test_cast_vote_names_only_the_current_attempts(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)
    turn = battle.turns.get()
    turn.attempt = 2
    turn.save()
    for side in "ab":
        Completion.objects.create(turn=turn, side=side, attempt=2, seed=2, queued_at=turn.started_at)
    complete_turn(turn)

    vote = cast_vote(battle_id=battle.pk, winner="tie")

    assert {completion.attempt for completion in vote.judged.all()} == {2}
    assert Completion.objects.filter(turn=turn).count() == 4


def test_cast_vote_again_returns_the_first(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    first = cast_vote(battle_id=battle.pk, winner="model_a")

    second = cast_vote(battle_id=battle.pk, winner="model_b")

    assert second == first
    assert second.winner == "model_a"


@pytest.mark.django_db(transaction=True)
def test_cast_vote_fifty_times_at_once_gives_one_row() -> None:
    battle = make_ready_battle(make_arena())

    def vote(position: int) -> tuple[int, str]:
        try:
            stored = cast_vote(battle_id=battle.pk, winner=Vote.Winner.values[position % 4])
            return stored.pk, stored.winner
        finally:
            connections.close_all()

    with ThreadPoolExecutor(15) as pool:
        answers = set(pool.map(vote, range(50)))

    assert answers == {(Vote.objects.get().pk, Vote.objects.get().winner)}


def test_cast_vote_waits_for_the_release(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    Turn.objects.update(released_at=timezone.now() + timedelta(seconds=5))

    with pytest.raises(NotReadyToVoteError):
        cast_vote(battle_id=battle.pk, winner="tie")

    assert (Vote.objects.count(), Battle.objects.get().status) == (0, "open")


def test_cast_vote_is_refused_while_a_later_turn_runs(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    make_turn(battle, index=1)

    with pytest.raises(NotReadyToVoteError):
        cast_vote(battle_id=battle.pk, winner="tie")


def test_cast_vote_refuses_an_unknown_winner(arena: SimpleNamespace) -> None:
    with pytest.raises(UnknownChoiceError):
        cast_vote(battle_id=make_ready_battle(arena).pk, winner="model_c")


def test_cast_vote_is_refused_after_a_skip(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    skip_battle(battle_id=battle.pk, reason="cannot_judge")

    with pytest.raises(BattleClosedError):
        cast_vote(battle_id=battle.pk, winner="tie")

    assert Vote.objects.count() == 0


def test_skip_battle_stores_the_reason_and_no_vote(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)

    skip_battle(battle_id=battle.pk, reason="other", note="  Boring.  ")
    skip_battle(battle_id=battle.pk, reason="problem")

    skip = Skip.objects.get()
    assert (skip.reason, skip.note, Vote.objects.count()) == ("other", "Boring.", 0)
    assert set(Completion.objects.values_list("status", flat=True)) == {"stopped"}


def test_skip_battle_is_refused_after_a_vote(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    cast_vote(battle_id=battle.pk, winner="tie")

    with pytest.raises(BattleClosedError):
        skip_battle(battle_id=battle.pk, reason="other")


def test_skip_battle_refuses_an_unknown_reason(arena: SimpleNamespace) -> None:
    with pytest.raises(UnknownChoiceError):
        skip_battle(battle_id=make_battle(arena).pk, reason="because")
