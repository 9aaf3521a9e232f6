"""What people can be asked about an answer beside their choice: attributes to rate it by, reasons to tick.

A protocol names which of them it asks, by their keys. Wording stands in revisions that never change, so that what
somebody answered keeps the words that were asked.
"""

from collections.abc import Mapping
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

key_form = RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Small letters, digits and underscores, beginning with a letter."))


class Asked(models.Model):
    """Something that can be asked. It is counted by its key, and retired instead of deleted."""

    key = models.CharField(
        _("key"),
        max_length=40,
        unique=True,
        validators=[key_form],
        help_text=_("Answers are counted by it. It stays the same as long as the meaning does."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(
        _("asked"), default=True, help_text=_("One that is not asked any more keeps its answers.")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


class Attribute(Asked):
    """A quality by which an answer is rated."""

    class Scale(models.TextChoices):
        QUALITY = "quality", _("how well: more is better")
        AMOUNT = "amount", _("how much: neither end is better")

    scale = models.CharField(_("scale"), max_length=7, choices=Scale, default=Scale.QUALITY)

    class Meta:
        ordering = ("position", "key")
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        constraints = (
            models.CheckConstraint(condition=models.Q(scale__in=["quality", "amount"]), name="attribute_scale_known"),
        )


class Reason(Asked):
    """A reason to like an answer or not, which is ticked or left."""

    class Sign(models.TextChoices):
        GOOD = "good", _("speaks for an answer")
        BAD = "bad", _("speaks against an answer")

    sign = models.CharField(_("sign"), max_length=4, choices=Sign)

    class Meta:
        ordering = ("-sign", "position", "key")
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        constraints = (models.CheckConstraint(condition=models.Q(sign__in=["good", "bad"]), name="reason_sign_known"),)


class Wording(models.Model):
    """A revision of the words of something that is asked: added, never changed. The newest is the one in force.

    The columns named in `WORDS` are in English; `translations` has all of them for each other language.
    """

    WORDS: ClassVar[tuple[str, ...]]

    number = models.PositiveIntegerField(_("number"), editable=False)
    translations = models.JSONField(
        _("translations"),
        default=dict,
        blank=True,
        help_text=_("By language, with the same fields as the English words. They never change either."),
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        abstract = True

    def clean(self) -> None:
        translations: object = self.translations
        if not isinstance(translations, dict) or not all(map(self._is_complete, translations.values())):
            names = ", ".join(f'"{name}": "…"' for name in self.WORDS)
            raise ValidationError({"translations": _('Write it as {"de": {%(names)s}}.') % {"names": names}})

    def _is_complete(self, words: object) -> bool:
        return (
            isinstance(words, dict)
            and set(words) == set(self.WORDS)
            and all(isinstance(word, str) for word in words.values())
        )

    def words(self, language: str) -> Mapping[str, str]:
        """Return the words by name, in a language if there are any, else in English."""
        for tag in (language, language.partition("-")[0]):
            if tag in self.translations:
                return dict(self.translations[tag])
        return {name: getattr(self, name) for name in self.WORDS}


class AttributeRevision(Wording):
    WORDS = ("label", "performance", "choice")

    attribute = models.ForeignKey(Attribute, models.PROTECT, related_name="revisions", verbose_name=_("attribute"))
    label = models.CharField(_("name"), max_length=40)
    performance = models.CharField(
        _("how well did it do"),
        max_length=160,
        help_text=_("A sentence about an answer, to be rated from “very poorly” to “very well”."),
    )
    choice = models.CharField(
        _("how important was it for choosing"),
        max_length=160,
        help_text=_("What mattered, to be rated from “not important” to “very important”."),
    )

    class Meta:
        ordering = ("attribute", "-number")
        verbose_name = _("wording of an attribute")
        verbose_name_plural = _("wordings of attributes")
        constraints = (models.UniqueConstraint(fields=("attribute", "number"), name="attribute_revision_number_once"),)

    def __str__(self) -> str:
        return f"{self.attribute} #{self.number}"


class ReasonRevision(Wording):
    WORDS = ("text",)

    reason = models.ForeignKey(Reason, models.PROTECT, related_name="revisions", verbose_name=_("reason"))
    text = models.CharField(_("text"), max_length=60)

    class Meta:
        ordering = ("reason", "-number")
        verbose_name = _("wording of a reason")
        verbose_name_plural = _("wordings of reasons")
        constraints = (models.UniqueConstraint(fields=("reason", "number"), name="reason_revision_number_once"),)

    def __str__(self) -> str:
        return f"{self.reason} #{self.number}"
