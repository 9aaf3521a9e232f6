import pytest
from django.core.exceptions import ValidationError

from arena.battles.comparisons import load_board_input
from arena.battles.models import Exclusion, Vote
from arena.battles.services.excluding import record_exclusion
from arena.battles.services.voting import cast_vote
from tests.factories import make_arena, make_ready_battle

pytestmark = [pytest.mark.django_db, pytest.mark.integration]


@pytest.fixture
def arena():
    return make_arena()


@pytest.fixture
def vote(arena) -> Vote:
    return cast_vote(battle_id=make_ready_battle(arena).pk, winner="tie")


def test_record_exclusion_takes_the_vote_off_the_boards_and_keeps_it(arena, vote):
    record_exclusion(exclusion=Exclusion(vote=vote, reason="Cast by a script."))

    assert Vote.objects.get() == vote
    assert load_board_input("human", {"protocol": arena.study.protocol.slug}).votes == 0


def test_record_exclusion_wants_a_reason(vote):
    with pytest.raises(ValidationError, match="reason"):
        record_exclusion(exclusion=Exclusion(vote=vote, reason=""))

    assert not Exclusion.objects.exists()


def test_record_exclusion_asks_for_new_boards(vote, redis_client, django_capture_on_commit_callbacks):
    redis_client.flushdb()

    with django_capture_on_commit_callbacks(execute=True):
        record_exclusion(exclusion=Exclusion(vote=vote, reason="Cast by a script."))

    [message] = redis_client.lrange("ratings", 0, -1) or redis_client.zrange("unacked_index", 0, -1)
    assert b"ratings.refresh_requested" in message
