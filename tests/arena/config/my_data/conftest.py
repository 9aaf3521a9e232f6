"""Somebody who gave a bit of everything."""

import pytest

# Django's models are imported where they are used: this file is read before the settings are.


@pytest.fixture(autouse=True)
def releases_folder(settings, tmp_path):
    settings.RELEASES_DIR = tmp_path / "releases"
    return settings.RELEASES_DIR


@pytest.fixture
def texts(arena):
    """The optional texts of the arena's study, by purpose."""
    from tests.factories import make_consent

    return {name: make_consent(arena.study, purpose=name) for name in ("research", "publication", "privacy")}


@pytest.fixture
def arena(db):
    from tests.factories import make_arena

    return make_arena()
