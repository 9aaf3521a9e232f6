"""Raters: who votes. Nothing here says who they are in life."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Rater(models.Model):
    class Kind(models.TextChoices):
        HUMAN = "human", _("human")
        SIMULATED = "simulated", _("simulated")
        JUDGE = "judge", _("judge model")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.HUMAN)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="rater",
        verbose_name=_("account"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
        help_text=_("The rater of the account, when this one was the same person before signing in."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            # An account's rater is where merging ends: whoever reads needs to follow one step only.
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(merged_into__isnull=True), name="rater_with_account_is_not_merged"
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="rater_is_not_merged_into_itself"),
        ]
        verbose_name = _("rater")
        verbose_name_plural = _("raters")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {str(self.pk)[:8]}"


class ErasureReceipt(models.Model):
    """That somebody was erased, when, and how much it was. Nothing leads from here to who it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    erased_at = models.DateTimeField(_("erased"), auto_now_add=True)
    counts = models.JSONField(_("what was erased"), default=dict)

    class Meta:
        ordering = ("-erased_at",)
        verbose_name = _("receipt of an erasure")
        verbose_name_plural = _("receipts of erasures")

    def __str__(self) -> str:
        return str(self.pk)
