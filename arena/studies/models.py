"""Studies: which protocol asks, and which consent text is in force. The open arena is the default study."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _


class Protocol(models.Model):
    """A way of asking. A changed protocol is a new row, so that a battle keeps the one that it was asked under."""

    class Kind(models.TextChoices):
        PAIRWISE = "pairwise", _("two answers, four votes")

    slug = models.SlugField(_("short name"))
    revision = models.PositiveIntegerField(_("revision"), default=1)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.PAIRWISE)
    options = models.JSONField(_("options"), default=dict, blank=True)

    class Meta:
        ordering = ("slug", "revision")
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")
        constraints = (models.UniqueConstraint(fields=("slug", "revision"), name="protocol_revision_once"),)

    def __str__(self) -> str:
        return f"{self.slug} #{self.revision}"


class Study(models.Model):
    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    protocol = models.ForeignKey(Protocol, models.PROTECT, related_name="studies", verbose_name=_("protocol"))
    is_default = models.BooleanField(_("the open arena"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("study")
        verbose_name_plural = _("studies")
        constraints = (
            models.UniqueConstraint(
                fields=("is_default",), condition=models.Q(is_default=True), name="study_one_default"
            ),
        )

    def __str__(self) -> str:
        return self.name


class ConsentRevision(models.Model):
    """A consent text. Once published it is never changed: a new text is a new revision."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="consent_revisions", verbose_name=_("study"))
    number = models.PositiveIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=16, default="en")
    summary = models.CharField(_("one sentence"), max_length=400)
    text = models.TextField(_("text (Markdown)"))
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        ordering = ("study", "language", "-number")
        verbose_name = _("consent revision")
        verbose_name_plural = _("consent revisions")
        constraints = (
            models.UniqueConstraint(fields=("study", "language", "number"), name="consent_revision_number_once"),
            models.CheckConstraint(
                condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="consent_revision_hash_form"
            ),
        )

    def __str__(self) -> str:
        return f"{self.study} #{self.number} ({self.language})"

    def text_sha256(self) -> str:
        """Return the SHA-256, in hexadecimal, of the summary and the text."""
        return hashlib.sha256(f"{self.summary}\n\n{self.text}".encode()).hexdigest()
