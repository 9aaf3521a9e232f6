"""What people said of themselves. Rows are added and never changed; only their giver removes them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arena.profiles.models.surveys import Question
from arena.raters.models import Rater
from arena.studies.models import Study


class Answer(models.Model):
    """An answer to one question. The next one of the same person to the same key corrects it and leaves it there.

    `study` and `key` are those of the question: answers go on through the versions of a survey. `options_order` is the
    order in which the options stood.
    """

    class State(models.TextChoices):
        GIVEN = "given", _("answered")
        DECLINED = "declined", _("prefer not to say")
        NOT_ASKED = "not_asked", _("not asked any more")

    rater = models.ForeignKey(Rater, models.PROTECT, related_name="profile_answers", verbose_name=_("rater"))
    study = models.ForeignKey(Study, models.PROTECT, related_name="+", verbose_name=_("study"))
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", verbose_name=_("question"))
    key = models.SlugField(_("key"), db_index=False)
    state = models.CharField(_("state"), max_length=9, choices=State)
    text = models.TextField(_("text"), blank=True)
    options_order = ArrayField(
        models.CharField(max_length=50), verbose_name=_("order of the options"), default=list, blank=True
    )
    answered_at = models.DateTimeField(_("when"))

    class Meta:
        ordering = ("pk",)
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        indexes = (
            models.Index(fields=("rater", "study", "key", "answered_at"), name="answer_of_rater"),
            models.Index(fields=("study", "key"), name="answer_by_key"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state="given") | Q(text=""), name="answer_without_text_unless_given"),
        )

    def __str__(self) -> str:
        return f"{self.rater_id}: {self.key}"

    @property
    def said(self) -> dict[str, str]:
        """What can be counted, by field; a query unless the values were fetched with the answer."""
        return {row.field: row.value for row in self.values.all()}


class AnswerValue(models.Model):
    """What of an answer can be counted: never free text, and what follows from it, such as the region of a country."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="values", verbose_name=_("answer"))
    field = models.CharField(_("field"), max_length=101)
    value = models.CharField(_("value"), max_length=64)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("value")
        verbose_name_plural = _("values")
        indexes = (models.Index(fields=("field", "value", "answer"), name="answer_value_by_field"),)
        constraints = (models.UniqueConstraint(fields=("answer", "field"), name="answer_value_once"),)

    def __str__(self) -> str:
        return f"{self.field} = {self.value}"
