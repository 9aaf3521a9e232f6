import pytest
from django.urls import reverse

from ratings.models import Leaderboard, Snapshot

pytestmark = pytest.mark.integration


def test_snapshots_can_be_read_and_not_changed(admin_client, published):
    address = reverse("admin:ratings_snapshot_change", args=[published.pk])

    page = admin_client.get(address).content.decode()
    refused = admin_client.post(address, {"votes": 1})

    assert published.input_sha256 in page
    assert refused.status_code == 403
    assert admin_client.get(reverse("admin:ratings_snapshot_add")).status_code == 403
    assert admin_client.post(reverse("admin:ratings_snapshot_delete", args=[published.pk])).status_code == 403
    assert Snapshot.objects.get().votes == 612


def test_a_leaderboard_can_be_added_with_settings_that_can_be_computed(admin_client, db):
    fields = {"slug": "code", "title": "Code", "kind": "human", "protocol": "pairwise", "position": "3", "slice": "{}"}
    address = reverse("admin:ratings_leaderboard_add")

    refused = admin_client.post(address, fields | {"settings": '{"interval": "elo"}'})
    admin_client.post(address, fields | {"settings": '{"interval": "sandwich"}'})

    assert "interval must be" in refused.content.decode()
    assert Leaderboard.objects.get().settings == {"interval": "sandwich"}


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_leaderboards_does_not_query_per_row(admin_client, make_board, django_assert_num_queries, count):
    for number in range(count):
        make_board(f"board-{number}")

    # Session, user, two counts and the rows.
    with django_assert_num_queries(6):
        response = admin_client.get(reverse("admin:ratings_leaderboard_changelist"))

    assert response.content.decode().count('class="field-kind"') == count


def test_the_worker_can_be_asked_from_the_list(
    admin_client, make_board, redis_client, django_capture_on_commit_callbacks
):
    board = make_board()

    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(
            reverse("admin:ratings_leaderboard_changelist"),
            {"action": "refresh", "_selected_action": [board.pk]},
        )

    assert redis_client.llen("ratings") == 1
