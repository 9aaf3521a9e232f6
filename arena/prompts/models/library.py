"""The prompt library. A prompt keeps its revisions; a battle keeps the revision that it used."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from arena.prompts.tags import MAX_TAG_CHARS, check_language

# Words are taken as they are: the library holds many languages.
SEARCH_CONFIG = "simple"


class Category(models.Model):
    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = (
            models.CheckConstraint(condition=~models.Q(parent=models.F("pk")), name="category_is_not_its_parent"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a parent that is itself below this category. One query for each step up the tree."""
        above = self.parent
        while above is not None:
            if above.pk == self.pk and self.pk is not None:
                raise ValidationError({"parent": _("A category cannot be a part of itself or of one of its parts.")})
            above = above.parent


class Prompt(models.Model):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        RETIRED = "retired", _("retired")

    key = models.SlugField(_("key"), max_length=100, unique=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="prompts", verbose_name=_("category"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, db_index=True)
    language = models.CharField(
        _("language"), max_length=16, validators=[check_language], help_text=_("A language tag such as en or pt-BR.")
    )
    tags = ArrayField(models.CharField(max_length=MAX_TAG_CHARS), verbose_name=_("tags"), default=list, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    holdout = models.BooleanField(
        _("holdout"), default=False, help_text=_("May be drawn in the arena, and never leaves it in an export.")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reviewer")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(
        "raters.Rater", models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("proposed by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ("key",)
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        permissions = (
            ("review_prompt", "Can review prompts"),
            ("import_prompts", "Can import prompts"),
            ("export_prompts", "Can export prompts"),
        )
        indexes = (
            models.Index(fields=("status", "language"), name="prompt_status_language"),
            # The queue goes through those in review, oldest first.
            models.Index(fields=("status", "id"), name="prompt_status_id"),
            GinIndex(fields=("tags",), name="prompt_tags"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(status="retired") | ~models.Q(reason=""), name="prompt_retired_has_reason"
            ),
        )

    def __str__(self) -> str:
        return self.key


class PromptRevision(models.Model):
    """The text of a prompt as it was from one day on. Rows are added, never changed.

    `bands` are numbers that texts alike share, by which near-duplicates are found: see `arena.prompts.similarity`.
    """

    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="revisions", verbose_name=_("prompt"))
    number = models.PositiveIntegerField(_("number"))
    text = models.TextField(_("text"))
    author = models.CharField(_("author"), max_length=200, blank=True)
    bands = ArrayField(models.IntegerField(), default=list, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ("prompt", "-number")
        verbose_name = _("prompt revision")
        verbose_name_plural = _("prompt revisions")
        indexes = (
            GinIndex(SearchVector("text", config=SEARCH_CONFIG), name="prompt_revision_words"),
            GinIndex(fields=("bands",), name="prompt_revision_bands"),
        )
        constraints = (
            models.UniqueConstraint(fields=("prompt", "number"), name="prompt_revision_number_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="prompt_revision_has_text"),
        )

    def __str__(self) -> str:
        return f"{self.prompt} #{self.number}"
