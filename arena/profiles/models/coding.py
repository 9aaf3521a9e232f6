"""How staff sort what people wrote about religion and ethnicity: two of them, apart."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

# How many of the staff sort each answer.
CODERS = 2


class CodingFrame(models.TextChoices):
    RELIGION = "religion", _("religion")
    ETHNICITY = "ethnicity", _("ethnicity")


class Coding(models.Model):
    """One member of the staff put an answer into a group. Two that agree decide; else one more settles it."""

    answer = models.ForeignKey("profiles.Answer", models.CASCADE, related_name="codings", verbose_name=_("answer"))
    coder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    code = models.CharField(_("group"), max_length=40)
    settles = models.BooleanField(_("settles a disagreement"), default=False)
    coded_at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("coding")
        verbose_name_plural = _("codings")
        constraints = (
            models.UniqueConstraint(
                fields=("answer", "coder"), condition=models.Q(settles=False), name="coding_once_by_each"
            ),
            models.UniqueConstraint(fields=("answer",), condition=models.Q(settles=True), name="coding_settled_once"),
        )

    def __str__(self) -> str:
        return f"{self.answer}: {self.code}"
