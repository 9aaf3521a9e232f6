"""PostgreSQL, Redis and the web server that go away and come back; a full disk; a clock that is wrong."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.faults.faulty_arena import REPOSITORY, FaultyArena
from tests.faults.visiting import TELLTALE, Visitor

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def fill_disk(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(b"\0" * 65_536):
            pass


def complete_battle(arena: FaultyArena, visitor: Visitor) -> str:
    arena.draw_only("quick-1", "quick-2")
    battle = visitor.start()
    visitor.wait_for(battle, "complete")
    return battle


def test_postgres_gone_between_post_and_commit_stores_nothing_until_the_retry(
    arena: FaultyArena, visitor: Visitor
) -> None:
    battle = complete_battle(arena, visitor)
    with ThreadPoolExecutor(1) as pool, arena.locked("battles_vote"):
        posting = pool.submit(visitor.vote, battle, "model_a")
        arena.wait_until(arena.somebody_waits)
        arena.stop_postgres()
        response = posting.result()
    arena.start_postgres()

    assert response.status_code >= 500
    assert TELLTALE not in response.text
    assert arena.votes(battle) == []
    assert "Both answers are complete" in visitor.page(battle)
    visitor.vote_until_saved(battle, "model_a")


def test_postgres_gone_between_commit_and_reveal_keeps_the_vote(arena: FaultyArena, visitor: Visitor) -> None:
    battle = complete_battle(arena, visitor)
    arena.end("web")  # a process keeps the names that it revealed for seconds, and would need no database for them
    arena.begin("web")
    arena.wait_for_web()
    with ThreadPoolExecutor(1) as pool, arena.locked("models_registry_organisation"):
        posting = pool.submit(visitor.vote, battle, "model_b")
        arena.wait_until(lambda: arena.votes(battle) and arena.somebody_waits())
        arena.stop_postgres()
        response = posting.result()
    arena.start_postgres()

    assert response.status_code >= 500
    assert "You preferred B" in visitor.vote_until_saved(battle, "model_a").text
    assert arena.votes(battle) == ["model_b"]
    arena.acknowledged[battle] = "model_b"


@pytest.mark.parametrize("forget", [False, True], ids=["kept", "lost"])
def test_redis_restarted_while_battles_stream(arena: FaultyArena, visitor: Visitor, *, forget: bool) -> None:
    waiting = complete_battle(arena, visitor)
    arena.draw_only("slow-1", "slow-2")
    battle = visitor.start()
    visitor.wait_for_text(battle)

    arena.kill_redis(forget=forget)
    visitor.vote_until_saved(waiting, "tie")
    arena.start_redis()

    if visitor.wait_for(battle, "complete", "failed") == "failed":
        assert "Retry" in visitor.page(battle)
        visitor.retry(battle)
        visitor.wait_for(battle, "complete")
    visitor.vote_until_saved(battle, "model_a")


def test_web_server_restarted_under_open_sockets(arena: FaultyArena, visitor: Visitor) -> None:
    arena.draw_only("slow-1", "slow-2")
    battle = visitor.start()
    with visitor.socket(battle) as socket:
        visitor.wait_for_text(battle)
        arena.end("web")
        # Iterating ends without a word when the connection does; the last frames may still be on their way.
        with suppress(ConnectionClosed):
            assert not any(TELLTALE in str(frame) for frame in socket)

    arena.begin("web")
    arena.wait_for_web()
    with visitor.socket(battle) as socket:
        snapshot = str(socket.recv(timeout=10))
    assert "battle.snapshot" in snapshot
    assert "word 3," in snapshot
    visitor.wait_for(battle, "complete")
    visitor.vote_until_saved(battle, "tie")


@pytest.mark.parametrize("minutes", [-5, 5], ids=["behind", "ahead"])
def test_web_server_whose_clock_is_wrong_neither_shows_too_much_nor_locks(
    arena: FaultyArena, visitor: Visitor, minutes: int
) -> None:
    arena.end("web")
    skewed = str(REPOSITORY / "tests" / "faults" / "skewed_clock")
    arena.begin("web", PYTHONPATH=skewed, CLOCK_SKEW_SECONDS=str(60 * minutes))
    arena.wait_for_web()
    try:
        arena.draw_only("slow-1", "slow-2")
        battle = visitor.start()
        visitor.wait_for_text(battle)

        too_early = visitor.vote(battle, "tie")
        visitor.wait_for(battle, "complete")

        assert too_early.status_code == 409
        visitor.vote_until_saved(battle, "model_a")
    finally:
        arena.end("web")
        arena.begin("web")
        arena.wait_for_web()


def test_full_disk_refuses_or_stores_but_never_loses(arena: FaultyArena, visitor: Visitor) -> None:
    if not arena.has_own_disk:
        pytest.skip("A disk that may be filled is mounted by root only.")
    battles = [complete_battle(arena, visitor) for _ in range(3)]
    filler = arena.folder / "filler"
    fill_disk(filler)

    for battle in battles:
        visitor.vote(battle, "model_b")
    filler.unlink()

    arena.start_postgres()  # it may have given up; a fresh start is harmless
    arena.wait_for_web()
    for battle in battles:
        visitor.vote_until_saved(battle, "model_b")
        assert arena.votes(battle) == ["model_b"]
