import threading
from contextlib import closing

import pytest
from django.db import DataError, connection

from arena.releases.ahead import votes_ahead


def reading_threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("export")]


def test_votes_come_in_the_order_of_their_batches(cast):
    votes = [cast() for _ in range(3)]

    read = list(votes_ahead([[vote.pk] for vote in votes]))

    assert [[row["battle_id"] for row in told] for told in read] == [[vote.battle_id] for vote in votes]


def test_no_batches_give_nothing(db):
    assert list(votes_ahead([])) == []


def test_reading_that_is_ended_early_leaves_no_thread_and_takes_the_connection_back(cast):
    votes = [cast() for _ in range(3)]

    with closing(votes_ahead([[vote.pk] for vote in votes])) as batches:
        next(batches)
        during = (len(reading_threads()), connection.allow_thread_sharing)

    assert during == (1, True)
    assert (len(reading_threads()), connection.allow_thread_sharing) == (0, False)


def test_what_goes_wrong_in_the_database_is_raised_to_the_reader(db):
    beyond_every_key = 2**70

    with pytest.raises(DataError):
        list(votes_ahead([[beyond_every_key]]))
