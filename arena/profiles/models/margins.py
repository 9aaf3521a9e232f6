"""Populations that raters may be weighted to: what a board would be if they had voted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Margins(models.Model):
    """How many people of a population gave each answer, as an uploaded file. Its text never changes; upload another."""

    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=100, help_text=_("Whose margins these are, as pages name them."))
    source = models.TextField(_("source and licence"))
    text = models.TextField(_("file"), editable=False)
    # Which raters belong to the population at all, by one value of their profile; all if empty.
    among_field = models.CharField(
        _("only raters with the field"), max_length=101, blank=True, help_text=_("Such as reside_country; empty: all.")
    )
    among_value = models.CharField(
        _("at the value"), max_length=64, blank=True, help_text=_("Such as GBR, the code of a country.")
    )
    in_use_since = models.DateTimeField(_("in use since"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("margins")
        verbose_name_plural = _("margins")
        constraints = (
            models.CheckConstraint(
                condition=Q(among_field="", among_value="") | ~Q(among_field="") & ~Q(among_value=""),
                name="margins_among_whole",
            ),
        )

    def __str__(self) -> str:
        return self.title
