"""Exports of battles and imports of votes: what was asked for, how far it is, and what came of it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arena.battles.models import Vote
from arena.raters.models import Rater
from arena.studies.models import Study

# A run that says nothing for this long is thought dead: its worker was killed, or the machine went away.
SILENT_AFTER = timedelta(seconds=60)


class Job(models.Model):
    """Long work of the default worker. Every change of `status` is a conditional update in `jobs.py`.

    `run` names the worker's run that may write to the row; a later run takes the row away from one that fell silent.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        READY = "ready", _("checked, waits for you")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")
        UNDONE = "undone", _("undone")

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    run = models.UUIDField(_("run"), null=True, blank=True, editable=False)
    total = models.PositiveBigIntegerField(_("rows in all"), default=0)
    done = models.PositiveBigIntegerField(_("rows so far"), default=0)
    message = models.CharField(_("what went wrong"), max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_under_way(self) -> bool:
        return self.status in {self.Status.QUEUED, self.Status.RUNNING}

    @property
    def is_silent(self) -> bool:
        """Whether the run seems dead, so that somebody may start it again."""
        since = self.heartbeat_at or self.created_at
        return self.is_under_way and timezone.now() - since > SILENT_AFTER

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


class Export(Job):
    """One export: what was asked for, counted and written. The record stays when its file is deleted."""

    class Format(models.TextChoices):
        PARQUET = "parquet", "Parquet"
        JSONL = "jsonl", _("JSON lines")
        CSV = "csv", "CSV"

    class Layout(models.TextChoices):
        BATTLES = "battles", _("one row for each battle")
        PREFERENCES = "preferences", _("chosen and rejected, for TRL")

    title = models.CharField(_("title"), max_length=120)
    licence = models.CharField(_("licence"), max_length=100)
    filters = models.JSONField(_("filters"), default=dict, blank=True)
    format = models.CharField(_("format"), max_length=10, choices=Format, default=Format.PARQUET)
    layout = models.CharField(_("layout"), max_length=12, choices=Layout, default=Layout.BATTLES)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    deleted_at = models.DateTimeField(_("file deleted"), null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        permissions = (("export_battles", _("Can export battles")),)
        constraints = (
            models.CheckConstraint(condition=~Q(title="") & ~Q(licence=""), name="export_states_title_and_licence"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(sha256__regex="^[0-9a-f]{64}$"), name="export_done_has_hash"
            ),
            models.CheckConstraint(condition=~Q(status__in=["ready", "undone"]), name="export_status_known"),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(status="done"), name="export_deleted_was_done"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def name(self) -> str:
        """What its file is called, without an ending."""
        return f"parallax-export-{self.pk}"

    @property
    def has_file(self) -> bool:
        return self.status == self.Status.DONE and self.deleted_at is None


class VoteImport(Job):
    """Votes from a file, into a study that holds only imported ones.

    First the file is checked (`READY` then), and when somebody agrees, stored (`DONE`). Boards read the votes of
    imports that are done; undoing one takes its votes out of them, and keeps file and rows.
    """

    class Phase(models.TextChoices):
        CHECK = "check", _("checking the file")
        STORE = "store", _("storing the votes")

    class Form(models.TextChoices):
        PLAIN = "plain", "voter,context,a,b,winner"
        EXPORT = "export", _("an export of battles")

    phase = models.CharField(_("phase"), max_length=10, choices=Phase, default=Phase.CHECK)
    study = models.ForeignKey(Study, models.PROTECT, related_name="vote_imports", verbose_name=_("study"))
    kind = models.CharField(_("kind"), max_length=10, choices=Rater.Kind, default=Rater.Kind.HUMAN)
    source = models.CharField(_("where the votes come from"), max_length=300)
    licence = models.CharField(_("licence"), max_length=100)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    form = models.CharField(_("form"), max_length=10, choices=Form, blank=True)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("import of votes")
        verbose_name_plural = _("imports of votes")
        permissions = (("import_votes", _("Can import votes")),)
        constraints = (
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="vote_import_hash_form"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(licence=""), name="vote_import_states_source"),
            models.UniqueConstraint(
                fields=("sha256",),
                condition=~Q(status__in=["cancelled", "failed", "undone"]),
                name="vote_import_file_once",
            ),
            models.CheckConstraint(
                condition=Q(status="undone", undone_at__isnull=False)
                | (~Q(status="undone") & Q(undone_at__isnull=True)),
                name="vote_import_undone_at_with_status",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} ({self.study})"


class ImportedVote(models.Model):
    """A vote that was cast elsewhere: who compared what with which result, and nothing that the file did not say."""

    LABEL_CHARS = 200
    LANGUAGE_CHARS = 16

    vote_import = models.ForeignKey(
        VoteImport, models.PROTECT, related_name="votes", verbose_name=_("import"), db_index=False
    )
    line = models.PositiveBigIntegerField(_("line"))
    voter = models.CharField(_("voter"), max_length=LABEL_CHARS)
    context = models.CharField(_("context"), max_length=LABEL_CHARS, blank=True)
    a = models.CharField(_("side A"), max_length=LABEL_CHARS)
    b = models.CharField(_("side B"), max_length=LABEL_CHARS)
    winner = models.CharField(_("vote"), max_length=10, choices=Vote.Winner)
    category = models.CharField(_("category"), max_length=LABEL_CHARS, blank=True)
    language = models.CharField(_("language"), max_length=LANGUAGE_CHARS, blank=True)
    named = models.BooleanField(_("an answer named its model"), default=False)
    voted_at = models.DateTimeField(_("voted"), null=True, blank=True)

    class Meta:
        ordering = ("vote_import", "line")
        verbose_name = _("imported vote")
        verbose_name_plural = _("imported votes")
        constraints = (
            models.UniqueConstraint(fields=("vote_import", "line"), name="imported_vote_line_once"),
            models.CheckConstraint(condition=~Q(a=models.F("b")), name="imported_vote_two_sides"),
            models.CheckConstraint(condition=~Q(voter="") & ~Q(a="") & ~Q(b=""), name="imported_vote_has_labels"),
            models.CheckConstraint(
                condition=Q(winner__in=["model_a", "model_b", "tie", "both_bad"]), name="imported_vote_winner_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.vote_import_id}:{self.line}"
