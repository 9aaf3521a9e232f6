"""Imports of prompts: the file, what each of its rows would do, and what it did."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from arena.prompts.models.library import Category, Prompt
from arena.prompts.tags import check_language


class PromptImport(models.Model):
    """One file that somebody wants in the library, from the upload to its report."""

    class Status(models.TextChoices):
        CHECKING = "checking", _("being checked")
        READY = "ready", _("waits for your confirmation")
        UNREADABLE = "unreadable", _("could not be read")
        APPLYING = "applying", _("being imported")
        APPLIED = "applied", _("imported")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        DISCARDED = "discarded", _("discarded")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        JSONL = "jsonl", "JSONL"
        PARQUET = "parquet", "Parquet"

    class PutInto(models.TextChoices):
        IN_REVIEW = "in_review", _("into the review queue")
        DRAFT = "draft", _("among the drafts")
        APPROVED = "approved", _("approved at once")

    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.CHECKING)
    file_name = models.CharField(_("file"), max_length=200)
    format = models.CharField(_("format"), max_length=10, choices=Format)
    sha256 = models.CharField("SHA-256", max_length=64)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("category")
    )
    language = models.CharField(_("language"), max_length=16, blank=True, validators=[check_language])
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    put_into = models.CharField(_("new prompts go"), max_length=10, choices=PutInto, default=PutInto.IN_REVIEW)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
    )
    uploader_name = models.CharField(_("uploaded by"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    # When the worker last got on with it: a page that sees no progress offers to start it again.
    progressed_at = models.DateTimeField(_("last progress"), auto_now_add=True)
    applied_at = models.DateTimeField(_("imported"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    problem = models.TextField(_("problem"), blank=True)
    ignored_columns = models.JSONField(_("ignored columns"), default=list, blank=True)
    total = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows done"), default=0)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("import of prompts")
        verbose_name_plural = _("imports of prompts")

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_status_display()})"

    @property
    def is_working(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.status in {self.Status.CHECKING, self.Status.APPLYING, self.Status.UNDOING}

    @property
    def percent(self) -> int:
        """How much of the work in hand is done."""
        return 100 * self.done // self.total if self.total else 0


class ImportFile(models.Model):
    """The bytes of an upload. In the database, because the worker that reads them may be another machine."""

    batch = models.OneToOneField(PromptImport, models.CASCADE, related_name="file", primary_key=True)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"file of import {self.batch_id}"


class ImportRow(models.Model):
    """One row of the file: what is wrong with it, or what it does to the library and did."""

    class Outcome(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        REJECTED = "rejected", _("rejected")

    class Undone(models.TextChoices):
        REMOVED = "removed", _("removed")
        RETIRED = "retired", _("retired, because a battle used it")
        RESTORED = "restored", _("put back as it was")
        KEPT = "kept", _("left alone, because somebody changed it since")

    batch = models.ForeignKey(PromptImport, models.CASCADE, related_name="rows")
    # In a text file the line on which the row begins, in a Parquet file the number of the row.
    line = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    values = models.JSONField(_("values"), default=dict)
    similar = models.JSONField(_("near-duplicates"), null=True, blank=True)
    prompt = models.ForeignKey(Prompt, models.SET_NULL, null=True, blank=True, related_name="import_rows")
    before = models.JSONField(_("as it was before"), null=True, blank=True)
    applied = models.BooleanField(default=False)
    undone = models.CharField(max_length=10, choices=Undone, blank=True)

    class Meta:
        ordering = ("batch", "line")
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        indexes = (models.Index(fields=("batch", "outcome", "line"), name="import_row_outcome"),)
        constraints = (
            models.UniqueConstraint(fields=("batch", "line"), name="import_row_line_once"),
            models.CheckConstraint(
                condition=~models.Q(outcome="rejected") | ~models.Q(reason=""), name="import_row_rejected_has_reason"
            ),
        )

    def __str__(self) -> str:
        return f"line {self.line}"
