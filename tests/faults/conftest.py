from collections.abc import Iterator

import pytest

from tests.faults.faulty_arena import FaultyArena
from tests.faults.visiting import Visitor


@pytest.fixture(scope="session")
def faulty_arena() -> Iterator[FaultyArena]:
    arena = FaultyArena()
    try:
        arena.start()
        yield arena
        # After everything that went wrong, the board is still what its votes say.
        arena.run("tests.faults.recompute")
    finally:
        arena.stop()


@pytest.fixture
def arena(faulty_arena: FaultyArena) -> Iterator[FaultyArena]:
    yield faulty_arena
    faulty_arena.check_laws()


@pytest.fixture
def visitor(arena: FaultyArena) -> Iterator[Visitor]:
    visitor = Visitor(arena)
    yield visitor
    visitor.http.close()
