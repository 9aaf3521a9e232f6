from types import SimpleNamespace

import pytest

from arena.battles.comparisons import load_board_input
from arena.battles.models import Exclusion, Vote
from arena.battles.services.voting import cast_vote
from arena.raters.models import Rater
from ratings.errors import BoardInputError
from tests.factories import make_ready_battle


def part(arena: SimpleNamespace, **more: object) -> dict[str, object]:
    return {"protocol": arena.study.protocol.slug, **more}


def vote(arena: SimpleNamespace, winner: str, rater: Rater | None = None) -> Vote:
    return cast_vote(battle_id=make_ready_battle(arena, rater=rater).pk, winner=winner)


def test_load_board_input_turns_votes_into_comparisons(arena: SimpleNamespace) -> None:
    rater = Rater.objects.create()
    for winner in ("model_a", "tie", "model_b", "both_bad"):
        vote(arena, winner, rater)
    arena.first, arena.second = arena.second, arena.first
    newest = vote(arena, "model_a")

    board = load_board_input("human", part(arena))

    rows = board.comparisons
    assert [(info.slug, info.organisation) for info in board.competitors] == [
        ("obsidian-3b", "Marrowgate"),
        ("zephyrine-9b", "Quillstone Labs"),
    ]
    assert list(zip(rows.a, rows.b, rows.outcome, rows.rater, strict=True)) == [
        (1, 0, 1.0, 0), (1, 0, 0.5, 0), (1, 0, 0.0, 0), (0, 1, 1.0, 1),
    ]  # fmt: skip
    assert board.both_bad.tolist() == [[0, 1], [1, 0]]
    assert board.appearances.tolist() == [5, 5]
    assert (board.votes, board.raters, board.cutoff) == (5, 2, newest.created_at)


def test_load_board_input_keeps_the_stored_side_with_either_order(arena: SimpleNamespace) -> None:
    vote(arena, "model_a")
    arena.first, arena.second = arena.second, arena.first
    vote(arena, "model_b")

    board = load_board_input("human", part(arena))

    winners = [
        board.competitors[a if outcome == 1 else b].slug
        for a, b, outcome in zip(board.comparisons.a, board.comparisons.b, board.comparisons.outcome, strict=True)
    ]
    assert winners == ["zephyrine-9b", "zephyrine-9b"]


def test_load_board_input_leaves_excluded_votes_out(arena: SimpleNamespace) -> None:
    Exclusion.objects.create(vote=vote(arena, "tie"), reason="spam")

    assert (load_board_input("human", part(arena)).votes, Vote.objects.count()) == (0, 1)


@pytest.mark.parametrize(("kind", "protocol"), [("simulated", None), ("human", "another")])
def test_load_board_input_never_mixes_kinds_or_protocols(
    arena: SimpleNamespace, kind: str, protocol: str | None
) -> None:
    vote(arena, "tie")

    assert load_board_input(kind, part(arena, **({"protocol": protocol} if protocol else {}))).votes == 0


def test_load_board_input_refuses_an_unknown_slice(arena: SimpleNamespace) -> None:
    with pytest.raises(BoardInputError, match="unknown keys: colour"):
        load_board_input("human", part(arena, colour="blue"))
