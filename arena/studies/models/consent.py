"""The texts that people are asked to agree to, and what each of them decided."""

import hashlib

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arena.raters.models import Rater
from arena.studies.models.studies import Study

PUBLISHED = Q(published_at__isnull=False)
IN_FORCE = PUBLISHED & Q(retired_at__isnull=True)


class Purpose(models.TextChoices):
    """What a text is for. Each but the privacy notice is a choice of its own, and only the terms are needed."""

    TERMS = "terms", _("taking part")
    RESEARCH = "research", _("data sets for research")
    PROFILE = "profile", _("a profile")
    PUBLICATION = "publication", _("examples on this site")
    PRIVACY = "privacy", _("privacy notice")


class ConsentRevision(models.Model):
    """A text of one purpose: a draft, then published and never changed, then retired when another takes its place."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("in force")
        RETIRED = "retired", _("retired")

    study = models.ForeignKey(Study, models.PROTECT, related_name="consent_revisions", verbose_name=_("study"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose, default=Purpose.TERMS)
    number = models.PositiveIntegerField(_("number"))
    language = models.CharField(_("language"), max_length=16, default="en")
    summary = models.CharField(_("one sentence"), max_length=400)
    text = models.TextField(_("text (Markdown)"))
    covers_research = models.BooleanField(
        _("says that data sets for research hold the conversations"),
        default=False,
        help_text=_(
            "Only for terms of a study in which nobody takes part otherwise. Elsewhere research is a choice of its own."
        ),
    )
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        ordering = ("study", "purpose", "language", "-number")
        verbose_name = _("consent revision")
        verbose_name_plural = _("consent revisions")
        constraints = (
            models.UniqueConstraint(
                fields=("study", "purpose", "language", "number"), name="consent_revision_number_once"
            ),
            models.UniqueConstraint(
                fields=("study", "purpose", "language"), condition=IN_FORCE, name="consent_revision_one_in_force"
            ),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="consent_revision_hash_form"),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | PUBLISHED, name="consent_revision_retired_was_published"
            ),
            models.CheckConstraint(
                condition=Q(covers_research=False) | Q(purpose="terms"), name="consent_revision_terms_cover_research"
            ),
        )

    def __str__(self) -> str:
        return f"{self.study}, {self.get_purpose_display()} #{self.number} ({self.language})"

    @property
    def state(self) -> "ConsentRevision.State":
        if self.published_at is None:
            return self.State.DRAFT
        return self.State.PUBLISHED if self.retired_at is None else self.State.RETIRED

    @property
    def is_in_force(self) -> bool:
        return self.state == self.State.PUBLISHED

    def text_sha256(self) -> str:
        """Return the SHA-256, in hexadecimal, of the summary and the text."""
        return hashlib.sha256(f"{self.summary}\n\n{self.text}".encode()).hexdigest()


class ConsentDecision(models.Model):
    """A rater agreed to a text, or withdrew. Rows are added, never changed; the next one supersedes the one before.

    `study` and `purpose` are those of the revision, so that the database can hold that one decision is in force.
    """

    rater = models.ForeignKey(Rater, models.PROTECT, related_name="consent_decisions", verbose_name=_("rater"))
    study = models.ForeignKey(Study, models.PROTECT, related_name="+", verbose_name=_("study"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    revision = models.ForeignKey(
        ConsentRevision, models.PROTECT, related_name="decisions", verbose_name=_("consent revision")
    )
    sha256 = models.CharField("SHA-256", max_length=64)
    given = models.BooleanField(_("agreed"))
    decided_at = models.DateTimeField(_("when"))
    superseded_at = models.DateTimeField(_("superseded"), null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("consent decision")
        verbose_name_plural = _("consent decisions")
        indexes = (
            models.Index(
                fields=("purpose", "study"), condition=Q(superseded_at__isnull=True), name="consent_decision_in_force"
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("rater", "study", "purpose"),
                condition=Q(superseded_at__isnull=True),
                name="consent_decision_one_in_force",
            ),
            models.CheckConstraint(condition=~Q(purpose="privacy"), name="consent_decision_is_a_choice"),
        )

    def __str__(self) -> str:
        return f"{self.rater_id}: {self.purpose} {'agreed' if self.given else 'withdrawn'}"
