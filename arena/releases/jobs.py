"""The steps of a job, each one conditional update, so that a task delivered twice or a late worker does no harm."""

import time
import uuid
from collections.abc import Mapping
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone

from arena.releases.errors import JobTakenError
from arena.releases.models import SILENT_AFTER, Job

REPORT_SECONDS = 0.5
JobType = TypeVar("JobType", bound=Job)


class Run:
    """One worker's hold on a job: it reports how far it is, and learns there that the job was taken away."""

    def __init__(self, job: Job, token: uuid.UUID) -> None:
        self._rows = type(job)._default_manager.filter(pk=job.pk, run=token, status=Job.Status.RUNNING)  # noqa: SLF001 - the way that Django documents
        self._reported = 0.0

    def report(self, done: int, total: int | None = None) -> None:
        """Say how many rows are done; most calls cost nothing.

        Raises
        ------
        JobTakenError
            When the job was cancelled, or another run has it.
        """
        moment = time.monotonic()
        if total is None and moment - self._reported < REPORT_SECONDS:
            return
        self._reported = moment
        self._update({"done": done, **({} if total is None else {"total": total})})

    def finish(self, status: str, **fields: object) -> None:
        """End the job in `status` with its results.

        Raises
        ------
        JobTakenError
            When the job was cancelled, or another run has it: nothing is written then.
        """
        self._update({"status": status, "finished_at": timezone.now(), **fields})

    def _update(self, fields: Mapping[str, object]) -> None:
        if not self._rows.update(heartbeat_at=timezone.now(), **fields):
            raise JobTakenError("The job was cancelled or taken over.")


def claim(model: type[JobType], pk: int) -> tuple[JobType, Run] | None:
    """Take a waiting job, or one whose run fell silent; None when there is nothing to do."""
    token, now = uuid.uuid4(), timezone.now()
    free = Q(status=Job.Status.QUEUED) | Q(status=Job.Status.RUNNING, heartbeat_at__lt=now - SILENT_AFTER)
    taken = model._default_manager.filter(free, pk=pk).update(  # noqa: SLF001 - the way that Django documents
        status=Job.Status.RUNNING, run=token, started_at=now, heartbeat_at=now, finished_at=None, done=0, message=""
    )
    if not taken:
        return None
    job = model._default_manager.get(pk=pk)  # noqa: SLF001 - as above
    return job, Run(job, token)


def cancel(job: Job) -> bool:
    """Cancel a job that has not ended; tell whether there was anything to cancel. Its run notices within a second."""
    waiting = [Job.Status.QUEUED, Job.Status.RUNNING, Job.Status.READY]
    rows = type(job)._default_manager.filter(pk=job.pk, status__in=waiting)  # noqa: SLF001 - as above
    return bool(rows.update(status=Job.Status.CANCELLED, finished_at=timezone.now()))


def requeue(job: Job) -> bool:
    """Let a job whose run fell silent start again; tell whether it was silent."""
    rows = type(job)._default_manager.filter(  # noqa: SLF001 - as above
        Q(heartbeat_at__lt=timezone.now() - SILENT_AFTER)
        | Q(heartbeat_at=None, created_at__lt=timezone.now() - SILENT_AFTER),
        pk=job.pk,
        status__in=[Job.Status.QUEUED, Job.Status.RUNNING],
    )
    return bool(rows.update(status=Job.Status.QUEUED, run=None, heartbeat_at=timezone.now()))
