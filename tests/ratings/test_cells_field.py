import json

import pytest
from django.db import connection

from ratings.models import Snapshot
from ratings.snapshot_content import compute_content
from tests.ratings.fake_source import make_input, two_leagues
from tests.ratings.test_models import copy_of
from tests.ratings.test_snapshot_matrix import SETTINGS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def stored_matrix(snapshot):
    with connection.cursor() as cursor:
        cursor.execute("SELECT matrix::text FROM ratings_snapshot WHERE id = %s", [snapshot.pk])
        return json.loads(cursor.fetchone()[0])


def test_cells_come_back_as_they_were_with_and_without_a_probability(published):
    cells = compute_content(make_input(two_leagues(), both_bad={(1, 3): 2}), SETTINGS).matrix
    other = copy_of(published, number=2, input_sha256="a" * 64, matrix=cells)

    other.save()

    assert Snapshot.objects.get(pk=other.pk).matrix == cells
    assert stored_matrix(other)["win_lower"].count(None) == 1


def test_cells_of_an_earlier_form_are_read_as_they_are(published):
    columns = [field.column for field in Snapshot._meta.concrete_fields if not field.primary_key]
    other = {"number": "2", "input_sha256": "%s", "matrix": "%s"}
    named, values = ", ".join(columns), ", ".join(other.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ratings_snapshot ({named}) SELECT {values} FROM ratings_snapshot RETURNING id",  # noqa: S608  our own columns
            ["a" * 64, json.dumps(published.matrix)],
        )
        earlier = Snapshot.objects.get(pk=cursor.fetchone()[0])

    assert isinstance(stored_matrix(earlier), list)
    assert earlier.matrix == published.matrix
