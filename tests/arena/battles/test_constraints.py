"""Every law that the database holds, and an attempt to break it below all Python."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from arena.battles.models import Battle, Completion, Turn, Vote
from arena.raters.models import Rater
from tests.factories import make_battle, make_ready_battle


def insert_vote(battle: Battle, **fields: object) -> Vote:
    Battle.objects.filter(pk=battle.pk).update(status="voted", ended_at=timezone.now())
    defaults: dict[str, object] = {
        "battle": battle,
        "rater": battle.rater,
        "winner": "tie",
        "consent_revision": battle.consent_revision,
    }
    return Vote.objects.create(**{**defaults, **fields})


def refused(action: Callable[[], object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        action()


def test_vote_is_accepted_for_two_complete_answers(arena: SimpleNamespace) -> None:
    vote = insert_vote(make_ready_battle(arena))

    assert Vote.objects.get() == vote


def test_vote_is_refused_while_a_turn_runs(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)

    refused(lambda: insert_vote(battle), "two complete answers")


@pytest.mark.parametrize("status", ["stopped", "failed"])
def test_vote_is_refused_after_a_side_failed_or_stopped(arena: SimpleNamespace, status: str) -> None:
    battle = make_battle(arena)
    battle.turns.update(status=status)

    refused(lambda: insert_vote(battle), "two complete answers")


def test_vote_is_refused_for_an_attempt_without_answers(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    battle.turns.update(attempt=2)

    refused(lambda: insert_vote(battle), "two complete answers")


def test_vote_is_refused_for_another_rater(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    refused(lambda: insert_vote(battle, rater=Rater.objects.create()), "belongs to its battle")


def test_vote_is_refused_under_another_kind(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    refused(lambda: insert_vote(battle, kind="simulated"), "belongs to its battle")


def test_vote_is_refused_under_a_kind_that_is_not_its_raters(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    Battle.objects.filter(pk=battle.pk).update(kind="simulated")

    refused(lambda: insert_vote(battle, kind="simulated"), "belongs to its battle")


def test_vote_is_stored_once_a_battle(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)
    insert_vote(battle)

    refused(lambda: insert_vote(battle), "battles_vote_battle_id_key")


def test_vote_never_changes(arena: SimpleNamespace) -> None:
    insert_vote(make_ready_battle(arena))

    refused(lambda: Vote.objects.update(winner="model_a"), "a vote never changes")


def test_vote_winner_is_one_of_four(arena: SimpleNamespace) -> None:
    battle = make_ready_battle(arena)

    refused(lambda: insert_vote(battle, winner="model_c"), "vote_winner_known")


def test_finished_completion_never_changes(arena: SimpleNamespace) -> None:
    make_ready_battle(arena)

    refused(lambda: Completion.objects.update(text="Another text."), "a finished answer never changes")


def test_finished_completion_is_measured_once_and_nothing_else_with_it(arena: SimpleNamespace) -> None:
    make_ready_battle(arena)
    final = "a finished answer never changes"

    refused(lambda: Completion.objects.update(style=[1], style_version=1, text="Another text."), final)
    refused(lambda: Completion.objects.update(style=[1]), final)
    refused(lambda: Completion.objects.update(style_version=1), "completion_style_has_version")
    Completion.objects.update(style=[1, None], style_version=1)
    refused(lambda: Completion.objects.update(style=[2], style_version=1), final)


def test_completion_without_text_is_never_done(arena: SimpleNamespace) -> None:
    make_battle(arena)
    Completion.objects.update(status="running")

    refused(lambda: Completion.objects.update(status="done", ended_ms=1), "completion_done_has_text")


def test_completion_is_replaced_only_when_it_failed(arena: SimpleNamespace) -> None:
    make_battle(arena)

    refused(lambda: Completion.objects.update(replaced=True), "completion_replaced_failed")


def test_completion_is_unique_per_side_and_attempt(arena: SimpleNamespace) -> None:
    turn = make_battle(arena).turns.get()

    refused(
        lambda: Completion.objects.create(turn=turn, side="a", seed=1, queued_at=timezone.now()),
        "completion_once_per_attempt",
    )


def test_battle_needs_two_contestants(arena: SimpleNamespace) -> None:
    battle = make_battle(arena)

    refused(lambda: Battle.objects.update(snapshot_b=battle.snapshot_a), "battle_two_contestants")


@pytest.mark.parametrize("probability", [0.0, -0.1, 1.5])
def test_battle_draw_probability_is_one(arena: SimpleNamespace, probability: float) -> None:
    make_battle(arena)

    refused(lambda: Battle.objects.update(draw_probability=probability), "battle_draw_probability_range")


def test_turn_is_complete_only_with_its_release(arena: SimpleNamespace) -> None:
    make_battle(arena)

    refused(lambda: Turn.objects.update(status="complete"), "turn_released_when_complete")


def test_study_default_is_one(arena: SimpleNamespace) -> None:
    study = arena.study
    study.pk, study.slug = None, "another"

    refused(study.save, "study_one_default")
