"""Fixtures of this folder. Models are imported inside them: a conftest is read before Django is set up."""

import pytest


@pytest.fixture
def source(settings):
    """The source of votes of every board, empty at first."""
    from tests.ratings.fake_source import fake_votes

    settings.RATINGS_SOURCE = "tests.ratings.fake_source.load"
    fake_votes.__init__()
    yield fake_votes
    fake_votes.__init__()


@pytest.fixture
def make_board(db, source):
    """Return a maker of leaderboards; what is not given does not matter."""

    from ratings.models import Leaderboard

    def make(slug="open", **fields):
        defaults = {"title": f"Board {slug}", "kind": "human", "settings": {"replicates": 100}}
        return Leaderboard.objects.create(slug=slug, **defaults | fields)

    return make


@pytest.fixture
def published(make_board, source):
    """A public board of people's votes, "open", with its first snapshot of three clearly different models."""
    from ratings.services.refreshing import refresh_leaderboard
    from tests.ratings.fake_source import make_input, votes

    make_board()
    source.inputs["human"] = make_input(votes(), both_bad={(0, 2): 12})
    return refresh_leaderboard("open")
