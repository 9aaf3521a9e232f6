"""Changes to the registry."""

import time
from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from itertools import count

from celery import current_app
from django.core.cache import caches
from django.db import transaction

from models_registry.endpoint_tests import EndpointTest, keep_test, new_token
from models_registry.fingerprint import payload_sha256
from models_registry.inference.protocol import SamplingParameters
from models_registry.models import Contestant, ContestantSnapshot, Endpoint

# The task belongs to those who hold the backends; a worker that has not taken it by then finds nobody waiting.
TEST_TASK = "battles.test_endpoint"
TEST_EXPIRES_SECONDS = 180
SNAPSHOT_SECONDS = 300
# What a copy of a contestant does not take over.
OF_ONE_LIFE = frozenset({"id", "created_at", "retired_on", "retired_reason"})


def snapshot_contestant(*, contestant: Contestant) -> ContestantSnapshot:
    """Return the snapshot of `contestant` as it is now, made at its first use.

    Two callers at the same time get the same row: the hash is unique per contestant. Reads `language_model`. Snapshots
    never change, so each process keeps those that it has seen committed.
    """
    payload = contestant.payload()
    sha256 = payload_sha256(payload)
    key = f"snapshot:{contestant.pk}:{sha256}"
    snapshot: ContestantSnapshot | None = caches["process"].get(key)
    if snapshot is None:
        snapshot, _ = ContestantSnapshot.objects.get_or_create(
            contestant=contestant, sha256=sha256, defaults={"payload": payload}
        )
        transaction.on_commit(partial(caches["process"].set, key, snapshot, SNAPSHOT_SECONDS))
    snapshot.contestant = contestant  # with what the caller has read of it
    return snapshot


@transaction.atomic
def copy_contestant(*, contestant: Contestant) -> Contestant:
    """Return a saved draft with the same values and a short name of its own.

    A contestant that was compared keeps its values for ever; other values are tried with a copy.
    """
    stem = contestant.slug[:40]
    taken = set(Contestant.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug = next(name for number in count(1) if (name := f"{stem}-copy-{number}") not in taken)
    columns = Contestant._meta.concrete_fields  # noqa: SLF001 - documented by Django
    kept = (field.attname for field in columns if field.name not in OF_ONE_LIFE)
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
    return send_test(EndpointTest(endpoint=endpoint.slug, asked_at=time.time()), queue=endpoint.queue)


def request_trial(*, contestant: Contestant, prompt: str, asked_by: int) -> str:
    """Ask a worker for a contestant's answer to one prompt, and return its name for `find_test`; no battle is made.

    Only the account `asked_by` is shown it. Raises as `request_endpoint_test`.
    """
    sampling = {field.name: getattr(contestant, field.name) for field in fields(SamplingParameters)}
    test = EndpointTest(
        endpoint=contestant.endpoint.slug,
        asked_at=time.time(),
        prompt=prompt,
        system_prompt=contestant.system_prompt,
        sampling=SamplingParameters(**sampling),
        asked_by=asked_by,
    )
    return send_test(test, queue=contestant.endpoint.queue)


def request_address_test(*, options: Mapping[str, object], queue: str, asked_by: int) -> str:
    """Ask a worker to test a remote server that is not stored as an endpoint. Raises as `request_endpoint_test`."""
    return send_test(EndpointTest(endpoint="", asked_at=time.time(), options=options, asked_by=asked_by), queue=queue)


def send_test(test: EndpointTest, *, queue: str) -> str:
    """Keep a test for the worker who takes it, and return its name. Raises as `request_endpoint_test`."""
    token = new_token()
    keep_test(token, test)
    current_app.send_task(TEST_TASK, kwargs={"token": token}, queue=queue, expires=TEST_EXPIRES_SECONDS, retry=False)
    return token
