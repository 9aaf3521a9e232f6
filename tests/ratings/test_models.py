import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from ratings.models import Leaderboard, Snapshot

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def copy_of(snapshot, **fields):
    values = {field.attname: getattr(snapshot, field.attname) for field in Snapshot._meta.concrete_fields}
    return Snapshot(**values | {"id": None} | fields)


def test_a_snapshot_never_changes(published):
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Snapshot.objects.filter(pk=published.pk).update(votes=1)

    published.votes = 1
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        published.save()
    assert Snapshot.objects.get().votes == 612


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"input_sha256": "a" * 64}, "snapshot_number_once"),
        ({"number": 2}, "snapshot_published_once"),
        ({"number": 2, "input_sha256": "A" * 64}, "snapshot_hash_form"),
        ({"number": 0, "input_sha256": "a" * 64}, "snapshot_number_from_one"),
    ],
)
def test_the_database_refuses_a_second_or_broken_snapshot(published, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        copy_of(published, **fields).save()


def test_the_database_refuses_an_unknown_kind(make_board):
    with pytest.raises(IntegrityError, match="leaderboard_kind_known"), transaction.atomic():
        make_board(kind="mixed")


def test_a_leaderboard_with_snapshots_cannot_be_deleted(published):
    with pytest.raises(ProtectedError):
        published.leaderboard.delete()
    assert Leaderboard.objects.count() == 1


def test_a_form_refuses_settings_that_cannot_be_computed(make_board):
    board = make_board()
    board.settings = {"replicates": 3}

    with pytest.raises(ValidationError, match="replicates must be from 100"):
        board.full_clean()
