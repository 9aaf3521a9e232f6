from types import SimpleNamespace

import pytest


@pytest.fixture
def arena(db: None) -> SimpleNamespace:
    from tests.factories import make_arena  # noqa: PLC0415 - models need the settings, which conftest files come before

    return make_arena()
