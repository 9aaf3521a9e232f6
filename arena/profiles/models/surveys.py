"""Surveys: questions with their answers to choose from, which never change once they are published."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arena.profiles.models.coding import CodingFrame
from arena.studies.models import Study

PUBLISHED = Q(published_at__isnull=False)


class Survey(models.Model):
    """A version of what a study asks: a draft, then published and never changed, then retired."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("in force")
        RETIRED = "retired", _("retired")

    study = models.ForeignKey(Study, models.PROTECT, related_name="surveys", verbose_name=_("study"))
    number = models.PositiveIntegerField(_("number"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        ordering = ("study", "-number")
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = (
            models.UniqueConstraint(fields=("study", "number"), name="survey_number_once"),
            models.UniqueConstraint(
                fields=("study",), condition=PUBLISHED & Q(retired_at__isnull=True), name="survey_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | PUBLISHED, name="survey_retired_was_published"
            ),
        )

    def __str__(self) -> str:
        return f"{self.study} #{self.number}"

    @property
    def state(self) -> "Survey.State":
        if self.published_at is None:
            return self.State.DRAFT
        return self.State.PUBLISHED if self.retired_at is None else self.State.RETIRED


class Question(models.Model):
    """One screen. Its wording here is English; other languages are `QuestionTranslation`.

    Answers are counted by `key`, so a question keeps its key through all versions as long as it means the same.
    """

    class Kind(models.TextChoices):
        ONE = "one", _("one choice")
        SEVERAL = "several", _("several choices")
        SLIDERS = "sliders", _("sliders from 0 to 100, without showing the number")
        SHORT = "short", _("short text")
        LONG = "long", _("long text")
        COUNTRY = "country", _("country")

    TEXTS = (Kind.SHORT, Kind.LONG)

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", verbose_name=_("survey"))
    key = models.SlugField(_("key"), db_index=False)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    text = models.CharField(_("question"), max_length=300)
    why = models.CharField(_("why it is asked"), max_length=300)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    low = models.CharField(_("left end of sliders"), max_length=60, blank=True)
    high = models.CharField(_("right end of sliders"), max_length=60, blank=True)
    shuffled = models.BooleanField(_("options in random order"), default=False)
    coding = models.CharField(
        _("sorted by staff as"),
        max_length=10,
        choices=CodingFrame,
        blank=True,
        help_text=_("For texts: two members of the staff sort each answer, and only the group is ever exported."),
    )
    shown_if = models.ManyToManyField(
        "profiles.Option",
        blank=True,
        related_name="+",
        verbose_name=_("shown only if"),
        help_text=_("Asked of those who chose one of these; of everybody if there are none."),
    )

    class Meta:
        ordering = ("survey", "position")
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = (models.UniqueConstraint(fields=("survey", "key"), name="question_key_once"),)

    def __str__(self) -> str:
        return self.key


class Option(models.Model):
    """An answer to choose, or a statement with a slider. The one that asks for a text stays last."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options", verbose_name=_("question"))
    key = models.SlugField(_("key"), db_index=False)
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("text"), max_length=200)
    asks_text = models.BooleanField(_("asks for a text"), default=False)

    class Meta:
        ordering = ("question", "position")
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints = (models.UniqueConstraint(fields=("question", "key"), name="option_key_once"),)

    def __str__(self) -> str:
        return f"{self.question}: {self.key}"


class QuestionTranslation(models.Model):
    question = models.ForeignKey(Question, models.CASCADE, related_name="translations", verbose_name=_("question"))
    language = models.CharField(_("language"), max_length=16)
    text = models.CharField(_("question"), max_length=300)
    why = models.CharField(_("why it is asked"), max_length=300)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    low = models.CharField(_("left end of sliders"), max_length=60, blank=True)
    high = models.CharField(_("right end of sliders"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = (models.UniqueConstraint(fields=("question", "language"), name="question_translation_once"),)

    def __str__(self) -> str:
        return f"{self.question} ({self.language})"


class OptionTranslation(models.Model):
    option = models.ForeignKey(Option, models.CASCADE, related_name="translations", verbose_name=_("option"))
    language = models.CharField(_("language"), max_length=16)
    text = models.CharField(_("text"), max_length=200)

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = (models.UniqueConstraint(fields=("option", "language"), name="option_translation_once"),)

    def __str__(self) -> str:
        return f"{self.option} ({self.language})"
