import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from ratings.board_settings import LARGE
from ratings.core.errors import InvalidComparisonsError, RatingsError
from ratings.models import Leaderboard, Snapshot
from ratings.services import refreshing as services
from ratings.services.refreshing import refresh_leaderboard, refresh_requested, refresh_stale
from ratings.services.requesting import (
    LONGEST_PAUSE,
    SHORTEST_PAUSE,
    SHORTEST_WAIT,
    refresh_took,
    request_refresh,
)
from tests.ratings.fake_source import CUTOFF, make_input, votes

pytestmark = pytest.mark.integration

QUEUE = "ratings"


def test_refresh_publishes_what_was_computed_and_how(published, source):
    board = Leaderboard.objects.get(slug="open")
    board_input = source.inputs["human"]

    assert board.current == published
    assert (published.number, published.votes, published.raters, published.cutoff) == (1, 612, 30, CUTOFF)
    assert published.input_sha256 == board_input.sha256()
    assert (published.settings["replicates"], published.settings["prior_precision"]) == (100, 0.25)
    assert published.seed == published.settings["seed"]
    assert published.versions["numpy"]
    assert [row["slug"] for row in published.rows] == ["0", "1", "2"]


def test_refresh_passes_the_slice_and_the_protocol_to_the_source(make_board, source):
    make_board(slice={"category": "code"}, protocol="pairwise", kind="judge")

    refresh_leaderboard("open")

    assert source.asked == [("judge", {"category": "code", "protocol": "pairwise"})]


def test_refresh_of_unchanged_votes_only_notes_the_time(published):
    before = Leaderboard.objects.get(slug="open").checked_at

    again = refresh_leaderboard("open")

    assert (again.pk, Snapshot.objects.count()) == (published.pk, 1)
    assert Leaderboard.objects.get(slug="open").checked_at > before


def test_refresh_of_changed_votes_publishes_the_next_number(published, source):
    source.inputs["human"] = make_input(votes(count=601))

    second = refresh_leaderboard("open")

    assert (second.number, Leaderboard.objects.get(slug="open").current) == (2, second)


def test_a_board_that_grows_large_says_that_its_intervals_are_made_in_another_way(published, source):
    source.inputs["human"] = make_input(votes(count=LARGE + 1))

    large = refresh_leaderboard("open")

    assert (published.settings["interval"], large.settings["interval"]) == ("bootstrap", "sandwich")
    assert large.settings_sha256 != published.settings_sha256
    assert large.method == "Bradley-Terry, ties as half wins, Newton; sandwich, Student quantile"


def test_refresh_with_other_settings_publishes_the_next_number(published):
    Leaderboard.objects.update(settings={"replicates": 101})

    assert refresh_leaderboard("open").number == 2


def test_votes_that_return_to_an_earlier_state_return_to_its_snapshot(published, source):
    first = source.inputs["human"]
    source.inputs["human"] = make_input(votes(count=601))
    refresh_leaderboard("open")

    source.inputs["human"] = first
    returned = refresh_leaderboard("open")

    assert returned == published
    assert Leaderboard.objects.get(slug="open").current == published
    assert Snapshot.objects.count() == 2


def test_a_worker_that_read_earlier_does_not_replace_one_that_read_later(published):
    board = Leaderboard.objects.get(slug="open")
    late = make_input(votes(count=601))
    settings = services.read_board_settings(board.settings)
    slow = services._compute(board, late, settings, services._digests(late, settings))

    services._publish(board, slow, board.checked_at - timedelta(seconds=1))

    assert Leaderboard.objects.get(slug="open").current == published
    assert Leaderboard.objects.get(slug="open").checked_at == board.checked_at


@pytest.mark.django_db(transaction=True)
def test_two_workers_publish_the_same_board_once(make_board, source):
    make_board()
    source.inputs["human"] = make_input(votes())
    barrier = Barrier(2, timeout=20)
    source.meanwhile = barrier.wait

    def work(_):
        try:
            return refresh_leaderboard("open").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        published = list(pool.map(work, range(2)))

    assert Snapshot.objects.count() == 1
    assert set(published) == {Snapshot.objects.get().pk}


def test_an_input_that_cannot_be_rated_leaves_the_current_snapshot(published, source):
    def fail():
        raise InvalidComparisonsError("unknown competitor", [3])

    source.meanwhile = fail

    with pytest.raises(RatingsError, match="row 3"):
        refresh_leaderboard("open")
    assert Leaderboard.objects.get(slug="open").current == published


def test_refresh_of_an_unknown_board_raises(make_board):
    with pytest.raises(Leaderboard.DoesNotExist):
        refresh_leaderboard("nowhere")


@pytest.mark.django_db
def test_requests_before_a_refresh_share_one_task(redis_client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        request_refresh(kind="human")
        request_refresh(kind="human")
        request_refresh(kind="simulated")
        assert redis_client.llen(QUEUE) == 0

    assert redis_client.llen(QUEUE) == 2


def due(redis_client) -> datetime:
    return datetime.fromisoformat(json.loads(redis_client.lindex(QUEUE, 0))["headers"]["eta"])


@pytest.mark.django_db
def test_the_first_vote_after_a_quiet_time_is_answered_at_once(redis_client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        request_refresh(kind="human")

    assert due(redis_client) <= timezone.now() + timedelta(seconds=SHORTEST_WAIT)


@pytest.mark.django_db
@pytest.mark.parametrize(("took", "pause"), [(0.01, SHORTEST_PAUSE), (4.0, 8.0), (600.0, LONGEST_PAUSE)])
def test_votes_soon_after_a_refresh_wait_as_long_as_it_took_allows(
    took, pause, redis_client, django_capture_on_commit_callbacks
):
    before = timezone.now()
    refresh_took(kind="human", seconds=took)

    with django_capture_on_commit_callbacks(execute=True):
        request_refresh(kind="human")

    assert before + timedelta(seconds=pause) <= due(redis_client) <= timezone.now() + timedelta(seconds=pause)


@pytest.mark.django_db(transaction=True)
def test_a_vote_that_is_rolled_back_asks_for_nothing(redis_client):
    def fail_after_a_vote():
        with transaction.atomic():
            request_refresh(kind="human")
            raise LookupError

    with pytest.raises(LookupError):
        fail_after_a_vote()

    assert redis_client.llen(QUEUE) == 0


def test_a_vote_that_arrives_during_a_fit_leads_to_another(
    make_board, source, redis_client, django_capture_on_commit_callbacks
):
    make_board()
    with django_capture_on_commit_callbacks(execute=True):
        request_refresh(kind="human")

    def vote():
        with django_capture_on_commit_callbacks(execute=True):
            request_refresh(kind="human")

    source.meanwhile = vote
    refresh_requested(kind="human")

    assert redis_client.llen(QUEUE) == 2


def test_requested_refresh_covers_every_board_of_the_kind_although_one_fails(make_board):
    make_board("broken", settings={"interval": "elo"}, position=0)
    make_board("sound", position=1)
    make_board("simulated", kind="simulated", position=2)

    refresh_requested(kind="human")

    assert list(Snapshot.objects.values_list("leaderboard__slug", flat=True)) == ["sound"]


def test_stale_boards_are_compared_with_their_votes_again(make_board):
    make_board("never")
    make_board("long-ago", checked_at=timezone.now() - timedelta(hours=1))
    make_board("just-now", checked_at=timezone.now())

    refresh_stale()

    assert set(Snapshot.objects.values_list("leaderboard__slug", flat=True)) == {"never", "long-ago"}
