"""The prompt library. A prompt keeps its revisions; a battle keeps the revision that it used."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.Model):
    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name


class Prompt(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        RETIRED = "retired", _("retired")

    key = models.SlugField(_("key"), max_length=100, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="prompts", verbose_name=_("category"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, db_index=True)
    language = models.CharField(_("language"), max_length=16, help_text=_("A language tag such as en or pt-BR."))
    source = models.CharField(_("source"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ("key",)
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        indexes = (models.Index(fields=("status", "language"), name="prompt_status_language"),)

    def __str__(self) -> str:
        return self.key


class PromptRevision(models.Model):
    """The text of a prompt as it was from one day on. Rows are added, never changed."""

    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="revisions", verbose_name=_("prompt"))
    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(_("text"))
    author = models.CharField(_("author"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ("prompt", "-number")
        verbose_name = _("prompt revision")
        verbose_name_plural = _("prompt revisions")
        constraints = (
            models.UniqueConstraint(fields=("prompt", "number"), name="prompt_revision_number_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="prompt_revision_has_text"),
        )

    def __str__(self) -> str:
        return f"{self.prompt} #{self.number}"
