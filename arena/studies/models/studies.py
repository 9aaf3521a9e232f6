"""Studies: who asks, and which protocol. The open arena is the default study."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Protocol(models.Model):
    """A way of asking. A changed protocol is a new row, so that a battle keeps the one that it was asked under.

    `reasons` and `attributes` are the keys of what is asked beside the choice; see `arena.studies.models.asked`.
    """

    class Kind(models.TextChoices):
        PAIRWISE = "pairwise", _("two answers, four votes")
        PRISM = "prism", _("up to four answers, scored; the best goes on")

    slug = models.SlugField(_("short name"))
    revision = models.PositiveIntegerField(_("revision"), default=1)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.PAIRWISE)
    asks_strength = models.BooleanField(_("asks how clear the choice is"), default=False)
    reasons = ArrayField(models.CharField(max_length=40), verbose_name=_("reasons"), default=list, blank=True)
    attributes = ArrayField(models.CharField(max_length=40), verbose_name=_("attributes"), default=list, blank=True)
    asks_justification = models.BooleanField(_("asks for a justification in words"), default=False)
    options = models.JSONField(_("options"), default=dict, blank=True)

    class Meta:
        ordering = ("slug", "revision")
        verbose_name = _("protocol")
        verbose_name_plural = _("protocols")
        constraints = (models.UniqueConstraint(fields=("slug", "revision"), name="protocol_revision_once"),)

    def __str__(self) -> str:
        return f"{self.slug} #{self.revision}"

    @property
    def asks_more(self) -> bool:
        """Whether anything is asked beside the choice."""
        return bool(self.asks_strength or self.reasons or self.attributes or self.asks_justification)


class Study(models.Model):
    """A campaign; `minimum_cell` is never below `SMALLEST_CELL`."""

    SMALLEST_CELL = 20

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    protocol = models.ForeignKey(Protocol, models.PROTECT, related_name="studies", verbose_name=_("protocol"))
    second_protocol = models.ForeignKey(
        Protocol,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="second_of",
        verbose_name=_("protocol beside it"),
        help_text=_("Another way to take part, at an address of its own, for those who like to."),
    )
    is_default = models.BooleanField(_("the open arena"), default=False)
    requires_profile = models.BooleanField(
        _("asks for a profile before the first vote"),
        default=False,
        help_text=_("Elsewhere a profile is optional. “Prefer not to say” is always an answer."),
    )
    minimum_cell = models.PositiveSmallIntegerField(
        _("people that a figure about a group needs"),
        default=SMALLEST_CELL,
        validators=[MinValueValidator(SMALLEST_CELL)],
        help_text=_("Nothing is shown about groups of fewer people, nor anything from which it could be worked out."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        ordering = ("slug",)
        verbose_name = _("study")
        verbose_name_plural = _("studies")
        constraints = (
            models.UniqueConstraint(
                fields=("is_default",), condition=models.Q(is_default=True), name="study_one_default"
            ),
            models.CheckConstraint(condition=models.Q(minimum_cell__gte=20), name="study_minimum_cell_is_large_enough"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        second = self.second_protocol
        if second is not None and self.protocol_id and second.kind == self.protocol.kind:
            raise ValidationError({"second_protocol": _("Choose one of another kind; nobody would come to this one.")})
