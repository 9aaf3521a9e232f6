"""Compare the published board with one computed anew from the stored votes."""

import django


def recompute() -> None:
    from arena.battles.models import Vote
    from ratings.board_settings import read_board_settings
    from ratings.models import Leaderboard
    from ratings.services.refreshing import refresh_leaderboard
    from ratings.snapshot_content import compute_content
    from ratings.sources import load_board_input

    snapshot = refresh_leaderboard("open-arena")
    board = Leaderboard.objects.get(slug="open-arena")
    board_input = load_board_input(board.kind, {**board.slice, "protocol": board.protocol})
    content = compute_content(board_input, read_board_settings(board.settings))
    assert snapshot.votes == Vote.objects.count() > 0
    assert snapshot.rows == content.rows
    assert snapshot.matrix == content.matrix


if __name__ == "__main__":
    django.setup()
    recompute()
