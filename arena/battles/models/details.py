"""What a rater adds to a vote: why, and how both answers did. Stored with the vote, and final as it is."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arena.battles.models.battles import PAIR, Side, Vote
from arena.studies.models import AttributeRevision, ReasonRevision


class VoteReason(models.Model):
    """A reason that was ticked for one of the answers, in the words that were asked."""

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="reasons", verbose_name=_("vote"))
    side = models.CharField(_("side"), max_length=1, choices=Side)
    revision = models.ForeignKey(ReasonRevision, models.PROTECT, related_name="+", verbose_name=_("reason"))

    class Meta:
        ordering = ("vote", "side", "pk")
        verbose_name = _("reason of a vote")
        verbose_name_plural = _("reasons of votes")
        constraints = (
            models.UniqueConstraint(fields=("vote", "side", "revision"), name="vote_reason_once"),
            models.CheckConstraint(condition=Q(side__in=PAIR), name="vote_reason_of_a_side"),
        )

    def __str__(self) -> str:
        return f"{self.vote_id} {self.side}: {self.revision_id}"


class VoteAttribute(models.Model):
    """How one of the answers did by an attribute: from 0, the low end of its scale, to 4."""

    LEVELS = 5

    vote = models.ForeignKey(Vote, models.PROTECT, related_name="attributes", verbose_name=_("vote"))
    side = models.CharField(_("side"), max_length=1, choices=Side)
    revision = models.ForeignKey(AttributeRevision, models.PROTECT, related_name="+", verbose_name=_("attribute"))
    level = models.PositiveSmallIntegerField(_("level"))

    class Meta:
        ordering = ("vote", "side", "pk")
        verbose_name = _("attribute of a vote")
        verbose_name_plural = _("attributes of votes")
        constraints = (
            models.UniqueConstraint(fields=("vote", "side", "revision"), name="vote_attribute_once"),
            models.CheckConstraint(condition=Q(side__in=PAIR), name="vote_attribute_of_a_side"),
            models.CheckConstraint(condition=Q(level__lt=5), name="vote_attribute_level_range"),
        )

    def __str__(self) -> str:
        return f"{self.vote_id} {self.side}: {self.revision_id} is {self.level}"
