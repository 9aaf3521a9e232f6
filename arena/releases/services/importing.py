"""Take in a file of votes, check it, store it when somebody agrees; undo that and take the undoing back."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from celery import current_app
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from arena.releases.errors import FileRefusedError, ImportExistsError, JobTakenError, ReleaseError
from arena.releases.jobs import Run, cancel, claim, requeue
from arena.releases.models import ImportedVote, Job, VoteImport
from arena.releases.package import file_sha256
from arena.releases.services.boards import open_board
from arena.releases.storage import import_file, import_report
from arena.releases.vote_files import SUFFIXES, open_votes
from arena.releases.vote_rows import RowError, RowJudge, VoteRow
from arena.studies.models import Protocol, Study
from ratings.services.requesting import request_refresh

logger = structlog.get_logger(__name__)

# The way of asking of every imported study: no board of votes cast here ever holds one (Law 9).
IMPORTED_PROTOCOL = "imported"
BATCH = 2_000
FIRST_ROWS = 5
FIRST_REJECTED = 20
MOST_NAMED = 50
ENDED = [Job.Status.CANCELLED, Job.Status.FAILED]


@dataclass(frozen=True, slots=True)
class ImportTerms:
    """What whoever imports a file states about it: the study to put it in, who voted, where it is from, its licence."""

    study_name: str
    kind: str
    source: str
    licence: str


def request_import(*, upload: Path, file_name: str, terms: ImportTerms, user: User | None) -> VoteImport:
    """Take over the file `upload`, record an import, and have the default worker check the file.

    Raises
    ------
    ImportExistsError
        When a file with the same content was imported, or is being imported.
    FileRefusedError
        When the name of the file ends in nothing that can be read.
    ReleaseError
        When the study holds votes that were cast here.
    django.core.exceptions.ValidationError
        When something that must be stated is missing.
    """
    name = Path(file_name).name
    if Path(name).suffix.lower() not in SUFFIXES:
        raise FileRefusedError(f"The name of the file must end in one of: {', '.join(SUFFIXES)}.")
    sha256 = file_sha256(upload)
    _refuse_repeated(sha256)
    try:
        with transaction.atomic():
            vote_import = VoteImport(
                study=imported_study(terms.study_name),
                kind=terms.kind,
                source=terms.source.strip(),
                licence=terms.licence.strip(),
                file_name=name,
                sha256=sha256,
                size=upload.stat().st_size,
                created_by=user,
            )
            vote_import.full_clean(validate_constraints=False)
            vote_import.save(force_insert=True)
            upload.replace(import_file(vote_import))
            transaction.on_commit(lambda: send_import(vote_import), robust=True)
    except IntegrityError:
        # Somebody else sent the same file at the same moment.
        _refuse_repeated(sha256)
        raise
    return vote_import


def imported_study(name: str) -> Study:
    """Return the study of imported votes with this name, made now when there is none.

    Raises
    ------
    ReleaseError
        When the name has no letter or digit, or belongs to a study whose votes are cast here.
    """
    slug = slugify(name)[:50]
    if not slug:
        raise ReleaseError("The name of the study needs letters or digits.")
    protocol, _made = Protocol.objects.get_or_create(slug=IMPORTED_PROTOCOL, revision=1)
    study, _made = Study.objects.get_or_create(slug=slug, defaults={"name": name.strip(), "protocol": protocol})
    if study.protocol_id != protocol.pk:
        raise ReleaseError("This study holds votes that are cast here. Imported votes need a study of their own.")
    return study


def send_import(vote_import: VoteImport) -> None:
    """Put the import into the queue of the default worker."""
    current_app.send_task("releases.run_import", kwargs={"import_id": vote_import.pk}, queue="default")


def run_import(*, import_id: int) -> None:
    """Do what an import waits for: check its file, or store its votes. Delivered twice, the second does nothing."""
    claimed = claim(VoteImport, import_id)
    if claimed is None:
        return
    vote_import, run = claimed
    try:
        if vote_import.phase == VoteImport.Phase.CHECK:
            _check(vote_import, run)
        else:
            _store(vote_import, run)
    except JobTakenError:
        logger.info("import ended early", vote_import=vote_import.pk)
    except FileRefusedError as error:
        _fail(run, str(error))
    except Exception:  # the boundary of the process: whatever it was, the person who waits is told
        logger.exception("import failed", vote_import=vote_import.pk)
        _fail(run, "The file could not be imported. The log of the default worker says why.")
    finally:
        _remove_votes_if_ended(vote_import)


def confirm_import(*, vote_import: VoteImport) -> bool:
    """Have the votes of a checked file stored; tell whether it was waiting for that."""
    rows = VoteImport.objects.filter(pk=vote_import.pk, status=Job.Status.READY, phase=VoteImport.Phase.CHECK)
    if not rows.update(status=Job.Status.QUEUED, phase=VoteImport.Phase.STORE, run=None, heartbeat_at=timezone.now()):
        return False
    transaction.on_commit(lambda: send_import(vote_import), robust=True)
    return True


def cancel_import(*, vote_import: VoteImport) -> bool:
    """Cancel an import that is not finished, and keep none of its votes; tell whether there was anything to cancel."""
    if not cancel(vote_import):
        return False
    # A run that is at it removes what it stores until it notices; one whose worker is gone removes nothing.
    _remove_votes_if_ended(vote_import)
    return True


def restart_import(*, vote_import: VoteImport) -> bool:
    """Start an import again whose worker fell silent; tell whether it was silent."""
    if not requeue(vote_import):
        return False
    send_import(vote_import)
    return True


def undo_import(*, vote_import: VoteImport) -> bool:
    """Take the votes of an import out of every board, and keep them; tell whether it was done before."""
    rows = VoteImport.objects.filter(pk=vote_import.pk, status=Job.Status.DONE)
    return _changed(rows.update(status=Job.Status.UNDONE, undone_at=timezone.now()), vote_import)


def redo_import(*, vote_import: VoteImport) -> bool:
    """Bring the votes of an import that was undone back into the boards; tell whether it was undone."""
    rows = VoteImport.objects.filter(pk=vote_import.pk, status=Job.Status.UNDONE)
    return _changed(rows.update(status=Job.Status.DONE, undone_at=None), vote_import)


def _changed(rows: int, vote_import: VoteImport) -> bool:
    if rows:
        request_refresh(kind=vote_import.kind)
    return bool(rows)


def _refuse_repeated(sha256: str) -> None:
    earlier = VoteImport.objects.filter(sha256=sha256).exclude(status__in=ENDED).order_by("pk").first()
    if earlier is None:
        return
    if earlier.status == Job.Status.UNDONE:
        raise ImportExistsError(
            "A file with the same content was imported, and undone. Take back the undoing there.", import_id=earlier.pk
        )
    raise ImportExistsError("A file with the same content was imported before.", import_id=earlier.pk)


def _check(vote_import: VoteImport, run: Run) -> None:
    """Read the whole file and store what an import of it would do."""
    found = _Findings()
    with import_report(vote_import).open("w", encoding="utf-8", newline="") as file:
        report = csv.writer(file)
        report.writerow(["line", "reason"])
        with open_votes(import_file(vote_import)) as (form, lines):
            judge = RowJudge(form=form, kind=vote_import.kind)
            for line, vote in _judged(lines, judge):
                if isinstance(vote, str):
                    report.writerow([line, vote])
                found.add(line, vote)
                run.report(found.rows)
    if not found.votes:
        raise FileRefusedError(f"None of the {found.rows} lines is a vote. {found.first_reason}")
    run.finish(Job.Status.READY, form=form, counts=found.as_json(), done=found.rows, total=found.rows)


def _store(vote_import: VoteImport, run: Run) -> None:
    """Store the votes. What an earlier run left is removed: nobody has read it, as the import was not done."""
    ImportedVote.objects.filter(vote_import=vote_import).delete()
    stored = 0
    with open_votes(import_file(vote_import)) as (form, lines):
        judge = RowJudge(form=form, kind=vote_import.kind)
        judged = enumerate(_judged(lines, judge), 1)
        votes = ((row, line, vote) for row, (line, vote) in judged if isinstance(vote, VoteRow))
        while batch := list(islice(votes, BATCH)):
            ImportedVote.objects.bulk_create(
                [ImportedVote(vote_import=vote_import, line=line, **asdict(vote)) for _row, line, vote in batch]
            )
            stored += len(batch)
            # Of rows, as the total is: a row may take several lines.
            run.report(batch[-1][0])
    with transaction.atomic():
        run.finish(Job.Status.DONE, done=vote_import.total)
        open_board(vote_import=vote_import)
        request_refresh(kind=vote_import.kind)
    logger.info("votes imported", vote_import=vote_import.pk, votes=stored)


def _judged(lines: Iterator[tuple[int, dict[str, Any] | str]], judge: RowJudge) -> Iterator[tuple[int, VoteRow | str]]:
    """Yield every line with its vote, or with the reason why it is none."""
    for line, cells in lines:
        if isinstance(cells, str):
            yield line, cells
            continue
        try:
            yield line, judge.judge(cells)
        except RowError as error:
            yield line, str(error)


class _Findings:
    """What a file holds, counted line by line."""

    def __init__(self) -> None:
        self.rows = 0
        self.votes = 0
        self.reasons: Counter[str] = Counter()
        self.winners: Counter[str] = Counter()
        self.competitors: Counter[str] = Counter()
        self.voters: set[str] = set()
        self.contexts: set[str] = set()
        self.first_rows: list[dict[str, str]] = []
        self.first_rejected: list[dict[str, object]] = []

    def add(self, line: int, vote: VoteRow | str) -> None:
        self.rows += 1
        if isinstance(vote, str):
            self.reasons[vote] += 1
            if len(self.first_rejected) < FIRST_REJECTED:
                self.first_rejected.append({"line": line, "reason": vote})
            return
        self.votes += 1
        self.winners[vote.winner] += 1
        self.competitors.update((vote.a, vote.b))
        self.voters.add(vote.voter)
        self.contexts.add(vote.context)
        if len(self.first_rows) < FIRST_ROWS:
            names = ("voter", "context", "a", "b", "winner")
            self.first_rows.append({name: getattr(vote, name) for name in names})

    @property
    def first_reason(self) -> str:
        return next((f"The first one: {reason}" for reason in self.reasons), "")

    def as_json(self) -> dict[str, Any]:  # Any: plain JSON values
        return {
            "rows": self.rows,
            "votes": self.votes,
            "rejected": self.rows - self.votes,
            "reasons": dict(self.reasons.most_common(MOST_NAMED)),
            "winners": dict(sorted(self.winners.items())),
            "competitors": len(self.competitors),
            "most_frequent": dict(self.competitors.most_common(MOST_NAMED)),
            "voters": len(self.voters),
            "contexts": len(self.contexts),
            "first_rows": self.first_rows,
            "first_rejected": self.first_rejected,
        }


def _remove_votes_if_ended(vote_import: VoteImport) -> None:
    """Remove what was stored before an import was cancelled or failed; votes that another run stores stay."""
    ImportedVote.objects.filter(vote_import=vote_import, vote_import__status__in=ENDED).delete()


def _fail(run: Run, message: str) -> None:
    try:
        run.finish(Job.Status.FAILED, message=message)
    except JobTakenError:
        logger.info("failed import was cancelled")
