"""Scores of openings as comparisons: every two of a turn, and nothing of votes."""

from types import SimpleNamespace

import pytest

from arena.battles.models import AnswerFinding, Battle, Completion
from arena.battles.services.scoring import finish_conversation, score_turn
from arena.battles.services.voting import cast_vote
from arena.releases.comparisons import load_board_input
from tests.factories import complete_turn, make_conversation, make_ready_battle, make_turn

pytestmark = pytest.mark.integration

PRISM = {"protocol": "prism"}


def scored(arena: SimpleNamespace, **opening: int) -> Battle:
    """A conversation of two turns, both of them scored."""
    battle = make_conversation(arena, contestants=len(opening))
    score_turn(battle_id=battle.pk, turn_index=0, scores=opening)
    complete_turn(make_turn(battle, index=1))
    score_turn(battle_id=battle.pk, turn_index=1, scores={"a": 1, "b": 100})
    return battle


def finished(arena: SimpleNamespace, **opening: int) -> Battle:
    battle = scored(arena, **opening)
    finish_conversation(battle_id=battle.pk)
    return battle


def told(battle: Battle, **part: str) -> set[tuple[str, str, float]]:
    """Which side met which, and how it ended."""
    loaded = load_board_input("human", {**PRISM, **part})
    sides = {getattr(battle, f"snapshot_{side}").contestant.slug: side for side in "abcd"}
    names = [sides[slug] for slug in loaded.comparisons.competitors]
    rows = zip(loaded.comparisons.a, loaded.comparisons.b, loaded.comparisons.outcome, strict=True)
    return {(names[a], names[b], float(outcome)) for a, b, outcome in rows}


def test_board_holds_every_two_of_an_opening_and_nothing_of_later_turns(arena):
    battle = finished(arena, a=20, b=90, c=50, d=89)

    loaded = load_board_input("human", PRISM)

    pairs = {("a", "b", 0.0), ("a", "c", 0.0), ("a", "d", 0.0), ("b", "c", 1.0), ("b", "d", 0.5), ("c", "d", 0.0)}
    assert told(battle) == pairs
    assert (loaded.votes, loaded.raters, loaded.named, loaded.both_bad.sum()) == (6, 1, 0, 0)
    assert loaded.appearances.tolist() == [3, 3, 3, 3]
    assert loaded.cutoff == battle.assessment.created_at


def test_scores_and_votes_are_never_on_one_board(arena):
    finished(arena, a=20, b=90)
    cast_vote(battle_id=make_ready_battle(arena).pk, winner="model_a")

    votes = load_board_input("human", {"protocol": arena.study.protocol.slug})

    assert (votes.votes, load_board_input("human", PRISM).votes) == (1, 1)


def test_conversation_counts_only_once_it_has_ended(arena):
    scored(arena, a=20, b=90, c=50)

    loaded = load_board_input("human", PRISM)

    assert (loaded.votes, loaded.raters, loaded.cutoff) == (0, 0, None)


def test_answer_that_named_its_model_is_counted_or_left_out(arena):
    battle = finished(arena, a=20, b=90, c=50, d=89)
    answer = Completion.objects.get(turn__battle=battle, turn__index=0, side="b")
    AnswerFinding.objects.create(completion=answer, code="identity", start=0, end=2)

    assert load_board_input("human", PRISM).named == 3
    assert told(battle, named="left_out") == {("a", "c", 0.0), ("a", "d", 0.0), ("c", "d", 0.0)}
