from types import SimpleNamespace

import pytest


@pytest.fixture
def arena(db: None) -> SimpleNamespace:
    from tests.factories import make_arena

    return make_arena()
