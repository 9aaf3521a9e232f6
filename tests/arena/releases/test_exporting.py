import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from arena.releases import jobs
from arena.releases.errors import JobTakenError
from arena.releases.filters import BattleFilter
from arena.releases.models import Export
from arena.releases.package import ExportPlan, file_sha256
from arena.releases.services.exporting import (
    cancel_export,
    delete_file,
    plan_of,
    request_export,
    restart_export,
    run_export,
)
from arena.releases.storage import export_archive

pytestmark = pytest.mark.django_db


def ask(**fields):
    defaults = {"chosen": BattleFilter(), "title": "Mine", "licence": "CC0-1.0"}
    return request_export(plan=ExportPlan(**{**defaults, **fields}), user=None)


def run(export):
    run_export(export_id=export.pk)
    export.refresh_from_db()
    return export


def test_export_is_written_with_counts_size_and_hash(cast):
    cast("tie")

    export = run(ask())

    assert (export.status, export.done, export.total) == ("done", 1, 1)
    assert export.counts == {"found": 1, "exported": 1, "left_out": {}, "winners": {"tie": 1}}
    assert export.sha256 == file_sha256(export_archive(export))
    assert [path.name for path in export_archive(export).parent.iterdir()] == [f"parallax-export-{export.pk}.zip"]


def test_task_delivered_twice_writes_once(cast):
    cast()
    export = run(ask())
    finished_at = export.finished_at

    run(export)

    assert export.finished_at == finished_at


def test_plan_comes_back_as_it_was_asked_for(arena):
    chosen = BattleFilter(
        kind="simulated", study="x", language="en", categories=("a", "b"), models=("m",), keep_excluded=True
    )
    plan = ExportPlan(chosen, "Mine", "CC0-1.0", "csv", "preferences")

    assert plan_of(request_export(plan=plan, user=None)) == plan


@pytest.mark.parametrize("missing", ["title", "licence"])
def test_title_and_licence_must_be_stated(missing):
    with pytest.raises(ValidationError):
        ask(**{missing: " "})


def test_cancelled_export_is_not_written(cast):
    cast()
    export = ask()

    assert cancel_export(export=export)
    run(export)

    assert export.status == "cancelled"
    assert not export_archive(export).exists()


def test_run_ends_when_it_is_cancelled_in_between(arena):
    export, held = jobs.claim(Export, ask().pk)
    cancel_export(export=export)

    with pytest.raises(JobTakenError):
        held.report(1, 2)

    assert Export.objects.get().status == "cancelled"


def test_run_that_fell_silent_is_taken_over_and_writes_no_more(arena):
    export, old = jobs.claim(Export, ask().pk)
    Export.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))

    _, new = jobs.claim(Export, export.pk)

    with pytest.raises(JobTakenError):
        old.finish("failed")
    new.report(1, 2)
    assert Export.objects.get().done == 1


def test_run_that_lives_is_not_taken_over(arena):
    export, _ = jobs.claim(Export, ask().pk)

    assert jobs.claim(Export, export.pk) is None
    assert restart_export(export=export) is False


def test_silent_export_can_be_started_again(cast):
    cast()
    export, _ = jobs.claim(Export, ask().pk)
    Export.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))

    assert restart_export(export=export)

    assert run(export).status == "done"


def test_failure_is_told_and_leaves_no_file_behind(cast, releases_folder):
    cast()
    export = ask()
    # Where the finished file should go there is a folder.
    export_archive(export).mkdir()
    (export_archive(export) / "in the way").touch()

    run(export)

    assert (export.status, export.message) == (
        "failed",
        "The export could not be written. The log of the default worker says why.",
    )
    assert len(list((releases_folder / "exports").iterdir())) == 1


def test_deleting_removes_the_file_once(cast):
    cast()
    export = run(ask())

    assert (delete_file(export=export), delete_file(export=export)) == (True, False)
    assert not export_archive(export).exists()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"licence": ""}, "export_states_title_and_licence"),
        ({"status": "done"}, "export_done_has_hash"),
        ({"status": "ready"}, "export_status_known"),
        ({"deleted_at": timezone.now()}, "export_deleted_was_done"),
    ],
)
def test_database_refuses_a_record_that_cannot_be(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Export.objects.create(**{"title": "x", "licence": "y", "run": uuid.uuid4(), **fields})
