"""Changes to the registry."""

import time
from itertools import count

from celery import current_app
from django.db import transaction

from models_registry.endpoint_tests import EndpointTest, keep_test, new_token
from models_registry.fingerprint import payload_sha256
from models_registry.models import Contestant, ContestantSnapshot, Endpoint

# The task belongs to those who hold the backends; a worker that has not taken it by then finds nobody waiting.
TEST_TASK = "battles.test_endpoint"
TEST_EXPIRES_SECONDS = 180


def snapshot_contestant(*, contestant: Contestant) -> ContestantSnapshot:
    """Return the snapshot of `contestant` as it is now, made at its first use.

    Two callers at the same time get the same row: the hash is unique per contestant. Reads `language_model`.
    """
    payload = contestant.payload()
    snapshot, _ = ContestantSnapshot.objects.get_or_create(
        contestant=contestant, sha256=payload_sha256(payload), defaults={"payload": payload}
    )
    return snapshot


@transaction.atomic
def copy_contestant(*, contestant: Contestant) -> Contestant:
    """Return a saved draft with the same values and a short name of its own.

    A contestant that was compared keeps its values for ever; other values are tried with a copy.
    """
    stem = contestant.slug[:40]
    taken = set(Contestant.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug = next(name for number in count(1) if (name := f"{stem}-copy-{number}") not in taken)
    fields = Contestant._meta.concrete_fields  # noqa: SLF001 - documented by Django
    kept = (field.attname for field in fields if field.name not in {"id", "created_at"})
    copy = Contestant(**{name: getattr(contestant, name) for name in kept})
    copy.slug, copy.status = slug, Contestant.Status.DRAFT
    copy.full_clean()
    copy.save()
    return copy


def request_endpoint_test(*, endpoint: Endpoint) -> str:
    """Ask a worker of the endpoint's queue to test it, and return the name under which `find_test` knows the test.

    Raises
    ------
    kombu.exceptions.OperationalError
        When the broker cannot be reached.
    """
    token = new_token()
    keep_test(token, EndpointTest(endpoint=endpoint.slug, asked_at=time.time()))
    current_app.send_task(
        TEST_TASK, kwargs={"token": token}, queue=endpoint.queue, expires=TEST_EXPIRES_SECONDS, retry=False
    )
    return token
