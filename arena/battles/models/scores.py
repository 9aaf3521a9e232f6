"""What raters give in scored conversations: never a vote on a pair (Law 9). Triggers hold what constraints cannot."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arena.battles.models.battles import Battle, Completion, Turn
from arena.raters.models import Rater
from arena.studies.models import AttributeRevision, ConsentRevision

LOWEST = 1
HIGHEST = 100
MIDDLE = 50


class ScoredTurn(models.Model):
    """A turn whose answers were scored, all at once, and the one of them that was chosen: the highest.

    Inserted once, never updated. Of several highest ones `chosen` is drawn from `tie_seed`.
    """

    turn = models.OneToOneField(Turn, models.PROTECT, related_name="scored", verbose_name=_("turn"))
    chosen = models.OneToOneField(
        Completion, models.PROTECT, related_name="chosen_in", verbose_name=_("answer that was chosen")
    )
    tie_seed = models.BigIntegerField(_("seed that breaks ties"))
    consent_revision = models.ForeignKey(
        ConsentRevision, models.PROTECT, related_name="scored_turns", verbose_name=_("consent revision")
    )
    seconds_to_score = models.FloatField(_("seconds from answers to scores"))
    created_at = models.DateTimeField(_("scored"), auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("scored turn")
        verbose_name_plural = _("scored turns")
        constraints = (
            models.CheckConstraint(condition=Q(seconds_to_score__gte=0), name="scored_turn_time_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.turn_id}: {self.chosen_id}"


class Score(models.Model):
    """What its rater thought of one answer, from 1 (terrible) to 100 (perfect)."""

    scored_turn = models.ForeignKey(ScoredTurn, models.PROTECT, related_name="scores", verbose_name=_("scored turn"))
    completion = models.OneToOneField(Completion, models.PROTECT, related_name="score", verbose_name=_("answer"))
    value = models.PositiveSmallIntegerField(_("score"))

    class Meta:
        ordering = ("scored_turn", "completion")
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = (
            models.CheckConstraint(condition=Q(value__gte=LOWEST, value__lte=HIGHEST), name="score_in_range"),
        )

    def __str__(self) -> str:
        return f"{self.completion_id}: {self.value}"


class Assessment(models.Model):
    """The end of a scored conversation, given by its rater: nothing is revealed before it is stored (Law 2)."""

    FEEDBACK_CHARS = 2000

    battle = models.OneToOneField(Battle, models.PROTECT, related_name="assessment", verbose_name=_("battle"))
    rater = models.ForeignKey(Rater, models.PROTECT, related_name="assessments", verbose_name=_("rater"))
    kind = models.CharField(_("kind"), max_length=10, choices=Rater.Kind, default=Rater.Kind.HUMAN)
    feedback = models.TextField(_("feedback"), max_length=FEEDBACK_CHARS, blank=True)
    consent_revision = models.ForeignKey(
        ConsentRevision, models.PROTECT, related_name="assessments", verbose_name=_("consent revision")
    )
    created_at = models.DateTimeField(_("ended"), auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("assessment of a conversation")
        verbose_name_plural = _("assessments of conversations")
        indexes = (
            models.Index(fields=("kind", "created_at"), name="assessment_kind_created"),
            models.Index(fields=("-created_at",), name="assessment_newest"),
        )

    def __str__(self) -> str:
        return str(self.battle_id)


class AttributeRating(models.Model):
    """What its rater said of one attribute at the end, in words of then; without a value, it did not apply."""

    class Question(models.TextChoices):
        PERFORMANCE = "performance", _("how well it did")
        CHOICE = "choice", _("how important it was for choosing")

    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="attributes", verbose_name=_("assessment of a conversation")
    )
    revision = models.ForeignKey(
        AttributeRevision, models.PROTECT, related_name="ratings", verbose_name=_("wording of an attribute")
    )
    question = models.CharField(_("question"), max_length=11, choices=Question)
    value = models.PositiveSmallIntegerField(_("value"), null=True, blank=True)

    class Meta:
        ordering = ("assessment", "question", "revision")
        verbose_name = _("rating of an attribute")
        verbose_name_plural = _("ratings of attributes")
        constraints = (
            models.UniqueConstraint(fields=("assessment", "revision", "question"), name="attribute_rating_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=LOWEST, value__lte=HIGHEST),
                name="attribute_rating_in_range",
            ),
            models.CheckConstraint(
                condition=Q(question__in=["performance", "choice"]), name="attribute_rating_question_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.question} {self.revision_id}: {self.value}"
